import { checkedText } from '../../../src/push/program/text-format';
import { TEXTS } from '../real/texts';

const GROUP = { job: 'report', team: 'a' };

// The same texts are put before the real Pushgateway by test/push/real/main.ts.
test.each(TEXTS)('$text is sound: $sound', ({ text, sound }) => {
  const judge = () => checkedText(text, GROUP);
  if (sound) {
    expect(judge().text).toBe(text.endsWith('\n') ? text : `${text}\n`);
  } else {
    expect(judge).toThrow(/^line \d+ /);
  }
});

test.each([
  ['a 1\nb 2 1700000000000\n', 'line 2 gives \'b\' a timestamp (1700000000000); Pushgateway takes none, for samples are of the time at which they are scraped'],
  ['a{team="b"} 1\n', 'line 1 gives \'a\' the label team="b", but the group has team="a", which would replace it; use another name for the label'],
  ['a 1\r\n', 'line 1 has a carriage return; each line must end with a line feed only'],
  ['# HELP\na 1\n', 'line 1 has no name of a metric behind HELP: # HELP'],
  ['# TYPE a thing\n', 'line 1 gives \'a\' the type \'thing\'; known are counter, gauge, histogram, summary, untyped'],
  ['nonsense\n', 'line 1 is no sample such as \'name{label="value"} 1\': nonsense'],
  ['a x\n', 'line 1 gives \'a\' the value \'x\', which is no number'],
  ['a{b="1"} 1\na{b="1"} 2\n', 'line 2 is the second sample of the series a{b="1"}'],
  ['a{b} 1\n', 'line 1 has labels that cannot be read from here on: b'],
  ['\n\n', 'line 3 is the last, and there was no sample'],
])('%j is refused with its reason', (text, reason) => {
  expect(() => checkedText(text, GROUP)).toThrow(new Error(reason));
});

test('samples are counted', () => {
  expect(checkedText('# TYPE a gauge\na{b="1"} 1\na{b="2"} 2\n', GROUP).samples).toBe(2);
});
