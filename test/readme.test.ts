import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');

/** What snippets that do not begin an app may use. */
const FIXTURES: Record<string, string> = {
  stack: [
    'import { App, Chart, JsonPatch } from \'cdk8s\';',
    'import { MonitoringStack, ObjectStoreBucket, ScrapeJob, ShardedPrometheus, Sharding, ThanosQuery, ThanosReceiveRing, Workload } from \'cdk8s-thanos\';',
    'declare const chart: Chart;',
    'declare const bucket: ObjectStoreBucket;',
    'void [App, JsonPatch, MonitoringStack, ObjectStoreBucket, ScrapeJob, ShardedPrometheus, Sharding, ThanosQuery, ThanosReceiveRing, Workload, chart, bucket];',
    '',
  ].join('\n'),
  pulumi: [
    'import type { Provider } from \'@pulumi/kubernetes\';',
    'import type { Output } from \'@pulumi/pulumi\';',
    'import { ObjectStoreBucket, S3Credentials, Workload } from \'cdk8s-thanos\';',
    'import * as pulumi from \'cdk8s-thanos/pulumi\';',
    'declare const provider: Provider;',
    'declare const clusterName: Output<string>, bucketName: Output<string>, roleArn: Output<string>;',
    '',
  ].join('\n'),
  alerts: [
    'import { Chart, Duration } from \'cdk8s\';',
    'import { Secret } from \'cdk8s-plus-28\';',
    'import { AlertRuleSet, AlertSeverity, Matcher, MonitoringStack, Notifier, PushMethod, Workload } from \'cdk8s-thanos\';',
    'declare const chart: Chart;',
    'declare const stack: MonitoringStack;',
    'declare const expect: (value: unknown) => { toEqual(expected: unknown): void };',
    'void [AlertRuleSet, AlertSeverity, Duration, Matcher, MonitoringStack, Notifier, PushMethod, Secret, Workload, chart, stack, expect];',
    '',
  ].join('\n'),
};

interface Snippet {
  readonly file: string;
  readonly text: string;
}

function snippets(): Snippet[] {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```ts(?: fixture=(\w+))?\n([\s\S]*?)^```$/gm)].map(([, fixture, code], index) => ({
    file: path.join(ROOT, `readme-${index + 1}.ts`),
    text: `${fixture ? FIXTURES[fixture] : ''}${code}\nexport {};\n`,
  }));
}

/** Compiles texts that are in no file, against the sources of the library. */
function compile(sources: Snippet[]): string[] {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    paths: { 'cdk8s-thanos': [path.join(ROOT, 'src', 'index.ts')], 'cdk8s-thanos/pulumi': [path.join(ROOT, 'src', 'pulumi', 'index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const { fileExists, getSourceFile } = host;
  host.fileExists = file => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, languageVersion, onError) =>
    (texts.has(file) ? ts.createSourceFile(file, texts.get(file)!, languageVersion) : getSourceFile(file, languageVersion, onError));
  const program = ts.createProgram([...texts.keys()], options, host);
  return sources.flatMap(({ file }) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) =>
    `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`));
}

test('the README names each example', () => {
  const folders = fs.readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);
  const links = [...fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/^\| \[([a-z-]+)\]\((examples\/\S+)\) \|/gm)];
  expect(links.map(([, name]) => name).sort()).toEqual(folders.sort());
  expect(links.filter(([, , file]) => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('the README has code', () => {
  expect(snippets().length).toBeGreaterThanOrEqual(5);
});

test('all of it compiles', () => {
  expect(compile(snippets())).toEqual([]);
}, 60_000);

test('a wrong snippet would not', () => {
  expect(compile([{ file: path.join(ROOT, 'wrong.ts'), text: 'import { Workload } from \'cdk8s-thanos\';\nWorkload.of({ activeSeries: \'many\' });\n' }]))
    .toEqual(['wrong.ts: Type \'string\' is not assignable to type \'number\'.']);
}, 60_000);
