import * as pulumi from '@pulumi/pulumi';
import { engine, unknownOutput } from './engine';
import { Values } from '../../src/pulumi/values';

beforeEach(() => void engine({ preview: true }));

const value = <T>(output: pulumi.Output<T>): Promise<T> => (output as unknown as { promise(): Promise<T> }).promise();

test('a function gets the values of all Outputs that it asks for, in its order', async () => {
  const values = new Values();
  const made: string[] = [];
  const ask = (text: string) => values.of(() => {
    made.push(text);
    return pulumi.output(text).apply(known => `${known}!`);
  });
  expect(await values.settle(() => [ask('a'), ask('b')])).toEqual(['a!', 'b!']);
  expect(made).toEqual(['a', 'b']);
});

test('errors of the function are its own', async () => {
  const values = new Values();
  await expect(values.settle(() => {
    throw new Error(values.of(() => pulumi.output('broken')));
  })).rejects.toThrow('broken');
});

test('a value that is not known is a name, which none of the others has', async () => {
  const values = new Values();
  const names = await values.settle(() => [values.of(() => unknownOutput<string>()), values.of(() => unknownOutput<string>())]);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z][-a-z0-9]*$/);
  expect(values.placeholders).toEqual(names);
});

test.each([['my-bucket9', 'nz-cvdlfu0'], [3, 4], [true, false], [['az', { b: 'Z' }], ['ba', { b: 'A' }]], [null, null]])('another value than %j is %j, of its shape', async (one, other) => {
  const values = new Values();
  const run = () => values.of(() => pulumi.output<unknown>(one));
  await values.settle(run);
  expect(values.probes.map(probe => values.probe(probe, run))).toEqual([other]);
});

test('a value that is not known may be of another kind, too', async () => {
  const values = new Values();
  const run = () => values.of(() => unknownOutput<unknown>());
  await values.settle(run);
  expect(values.probes.map(probe => typeof values.probe(probe, run))).toEqual(['string', 'number', 'boolean', 'boolean']);
});

test('what is made of Outputs is as secret and as unknown as they are', async () => {
  const values = new Values();
  await values.settle(() => [values.of(() => pulumi.secret('a')), values.of(() => pulumi.output('b')), values.of(() => unknownOutput<string>())]);
  expect(await pulumi.isSecret(values.madeOf([0, 1], 'x'))).toBe(true);
  expect(await pulumi.isSecret(values.madeOf([1], 'x'))).toBe(false);
  expect(await value(values.madeOf([1], 'x'))).toBe('x');
  expect(await (values.madeOf([1, 2], 'x') as unknown as { isKnown: Promise<boolean> }).isKnown).toBe(false);
});
