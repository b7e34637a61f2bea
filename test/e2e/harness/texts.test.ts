import { Command } from 'commander';
import { textsIn, withWholeTexts } from './texts';

const parse = (line: string) => new Command().exitOverride().option('--only <text>', '', textsIn).option('--keep').option('--smoke')
  .parse(withWholeTexts(['node', 'main.ts', ...line.split(' ').filter(Boolean)])).opts<{ only?: string[]; keep?: boolean }>();

test.each<[string, string[] | undefined]>([
  ['', undefined],
  ['--only kill', ['kill']],
  ['--only a claim is enlarged', ['a claim is enlarged']],
  ['--only kill −9 an ingestor, ring 3', ['kill −9 an ingestor', 'ring 3']],
  ['--only a b --only c', ['a b', 'c']],
  ['--only a b --keep --only c -9 d, e', ['a b', 'c -9 d', 'e']],
])('npm run e2e -- %s', (line, texts) => {
  expect(parse(line).only).toEqual(texts);
});

test('other options are left alone', () => {
  expect(parse('--keep --only a b --smoke')).toEqual({ only: ['a b'], keep: true, smoke: true });
});
