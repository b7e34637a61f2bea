import { missingSecrets } from './objects';

const pod = (namespace: string, ...keys: string[]) => ({
  kind: 'StatefulSet',
  metadata: { name: 'set', namespace },
  spec: { template: { spec: { containers: [{ env: keys.map(key => ({ name: key, valueFrom: { secretKeyRef: { name: 'credentials', key } } })) }] } } },
});

test('names each Secret that is asked for once, with all of its keys', () => {
  expect(missingSecrets([pod('one', 'a', 'b'), pod('one', 'b', 'c'), pod('two', 'a')])).toEqual([
    { namespace: 'one', name: 'credentials', keys: ['a', 'b', 'c'] },
    { namespace: 'two', name: 'credentials', keys: ['a'] },
  ]);
});

test('passes over those that are among the objects', () => {
  expect(missingSecrets([pod('one', 'a'), { kind: 'Secret', metadata: { name: 'credentials', namespace: 'one' } }])).toEqual([]);
});
