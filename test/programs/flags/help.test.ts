import { parseKingpinHelp } from './kingpin-help';
import { parsePflagHelp } from './pflag-help';
import { parseUrfaveHelp } from './urfave-help';

test.each([
  ['a default', '      --tsdb.retention=15d       How long to keep. More text.', { default: '15d', help: 'How long to keep.' }],
  ['a default in quotes', '      --tsdb.path="./data"       Folder.', { default: './data', help: 'Folder.' }],
  ['help on the next line', '      --tsdb.retention-long=15d  \n                          Kept.', { default: '15d', help: 'Kept.' }],
  ['a placeholder of its own name', '      --query.replica-label=QUERY.REPLICA-LABEL ...  Label.', { help: 'Label.', repeatable: true }],
  ['a placeholder in brackets', '      --objstore.config=<content>  Text.', { help: 'Text.' }],
  ['a placeholder that is a pair', '      --label=key="value" ...    Label.', { help: 'Label.', repeatable: true }],
  ['one of several defaults', '      --quantiles=10... ...      Quantiles.', { help: 'Quantiles.', repeatable: true }],
  ['a boolean', '      --[no-]wait                Waits.', { help: 'Waits.', boolean: true }],
  ['a short form', '  -w, --[no-]wait                Waits.', { help: 'Waits.', boolean: true }],
  ['a program without short forms', '  --[no-]wait                    Waits.', { help: 'Waits.', boolean: true }],
  ['a deprecated flag', '      --endpoint=<address> ...   (Deprecated): Where. Use a file.', { help: '(Deprecated): Where.', deprecated: true, repeatable: true }],
  ['named values', '      --func=penalty             How. One of: penalty, chain.', { default: 'penalty', enum: ['penalty', 'chain'], help: 'How.' }],
])('kingpin: %s', (_, line, flag) => {
  expect([...parseKingpinHelp(`usage: x\n\nFlags:\n${line}\n`).values()]).toEqual([flag]);
});

test.each([
  ['a default', '   --region value, -r value   region (default: "us-east-1") [$VGW_REGION]', { default: 'us-east-1', help: 'region', environment: ['VGW_REGION'] }],
  ['a boolean', '   --quiet, -q                no log (default: false)', { default: 'false', help: 'no log', boolean: true }],
  ['a list', '   --port value, -p value [ --port value, -p value ]   address (default: ":7070")', { default: ':7070', help: 'address', repeatable: true }],
  ['no default', '   --access value, -a value   key [$A, $B]', { help: 'key', environment: ['A', 'B'] }],
])('urfave/cli: %s', (_, line, flag) => {
  expect([...parseUrfaveHelp(line).values()]).toEqual([flag]);
});

test.each([
  ['a default', '      --listen-addr string   Where it listens. (default ":8080")', { default: ':8080', help: 'Where it listens.' }],
  ['a boolean', '      --https                Listens for TLS', { help: 'Listens for TLS', boolean: true }],
  ['a short form', '  -q, --quiet                No log', { help: 'No log', boolean: true }],
  ['named values', "      --encoder encoder      Form (one of 'json' or 'console')", { enum: ['json', 'console'], help: "Form (one of 'json' or 'console')" }],
  ['named values and others', "      --level level          One of 'info', 'error', or any integer", { help: "One of 'info', 'error', or any integer" }],
])('pflag: %s', (_, line, flag) => {
  expect([...parsePflagHelp(`Usage of x:\n${line}\n`).values()]).toEqual([flag]);
});
