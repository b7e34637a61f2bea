import { type Change, changesOf, sameName } from './changes';
import { normalized, type Properties, withSecrets } from './properties';

const SECRET = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const MUTABLE = { configMaps: true, secrets: true };

const object = (kind: string, apiVersion: string, rest: Properties): Properties => ({ apiVersion, kind, metadata: { name: 'one', namespace: 'here' }, ...rest });

/** What changes when an object of these inputs gets others; the cluster adds a status and a default of its own. */
function changes(before: Properties, after: Properties, mutability = MUTABLE): [string, Change['kind'], boolean][] {
  const live = { ...before, spec: { addedByCluster: 1, ...before.spec as Properties }, status: {} };
  return changesOf({ ...live, __inputs: before }, after, mutability).map(({ path, kind, replaces }) => [path, kind, replaces]);
}

const set = (spec: Properties) => object('StatefulSet', 'apps/v1', { spec });

test.each<[string, Properties, Properties, [string, Change['kind'], boolean][]]>([
  ['nothing', set({ replicas: 1 }), set({ replicas: 1 }), []],
  ['what may change', set({ replicas: 1 }), set({ replicas: 2, minReadySeconds: 1 }), [['spec.replicas', 'update', false], ['spec.minReadySeconds', 'add', false]]],
  ['an annotation', set({ template: { metadata: { annotations: { 'a/b': '1' } } } }), set({ template: { metadata: { annotations: { 'a/b': '2' } } } }), [['spec.template.metadata.annotations["a/b"]', 'update', false]]],
  ['what may not change', set({ serviceName: 'one' }), set({ serviceName: 'two' }), [['spec.serviceName', 'update', true]]],
  ['an entry of a list', set({ template: { spec: { containers: [{ args: ['a', 'b'] }] } } }), set({ template: { spec: { containers: [{ args: ['a', 'c'] }] } } }), [['spec.template.spec.containers[0].args[1]', 'update', false]]],
  ['a list', set({ volumeClaimTemplates: [1] }), set({ volumeClaimTemplates: [1, 2] }), [['spec.volumeClaimTemplates', 'update', true]]],
  ['a value that goes', set({ replicas: 1 }), set({}), [['spec.replicas', 'delete', false]]],
  ['a name', set({}), { ...set({}), metadata: { name: 'other', namespace: 'here' } }, [['metadata.name', 'update', true]]],
  ['a value that is not known', set({ replicas: 1 }), set({ replicas: UNKNOWN }), [['spec.replicas', 'update', false]]],
])('%s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});

test('data of ConfigMaps and Secrets replace, unless they may change', () => {
  const [one, two] = ['1', '2'].map(value => object('ConfigMap', 'v1', { data: { key: value } }));
  expect(changes(one, two)).toEqual([['data.key', 'update', false]]);
  expect(changes(one, two, { ...MUTABLE, configMaps: false })).toEqual([['data.key', 'update', true]]);
  expect(sameName(one, two)).toBe(true);
});

test('what the API server writes in another way differs for ever, but for what the typed API writes in one way', () => {
  const inputs = object('StatefulSet', 'apps/v1', { spec: { schedule: '@daily', from: [], resources: { requests: { cpu: '1000m', memory: '2048Mi' } } } });
  const live = { ...inputs, spec: { schedule: '0 0 * * *', resources: { requests: { cpu: 1, memory: '2Gi' } } } };
  expect(changesOf({ ...live, __inputs: inputs }, inputs, MUTABLE).map(({ path }) => path)).toEqual(['spec.schedule']);
});

test('texts of a Secret are compared as they are stored, and are secret', () => {
  const inputs = object('Secret', 'v1', { stringData: { ...SECRET, value: { key: 'hidden' } } });
  const stored = object('Secret', 'v1', { data: { key: Buffer.from('hidden').toString('base64') } });
  expect(changesOf({ ...stored, __inputs: stored }, inputs, MUTABLE)).toEqual([]);
  expect(withSecrets(normalized(stored), inputs).data).toEqual({ ...SECRET, value: stored.data });
});

test('a list is secret as a whole if a part of it is', () => {
  expect(withSecrets({ plain: 1, list: ['a', 'b'] }, { list: ['a', { ...SECRET, value: 'b' }] })).toEqual({ plain: 1, list: { ...SECRET, value: ['a', 'b'] } });
});
