import type { V1Pod } from '@kubernetes/client-node';
import { besidePlan, beyondPlan } from './beside-plan';

const MIB = 1024 ** 2;
const container = (name: string) => ({ name, resources: { requests: { memory: '100Mi', cpu: '50m' }, limits: { memory: '200Mi' } } });
const pod = (name: string, component: string, ...containers: string[]): V1Pod =>
  ({ metadata: { name, labels: { 'app.kubernetes.io/component': component } }, spec: { containers: containers.map(container) } });
const cost = (name: string, owner: string, memory: number, cpu: number = 0) => ({ pod: name, container: owner, memory: memory * MIB, cpu });

test('the most of all pods of a kind, beside what each asked for', () => {
  const pods = [pod('b-0', 'prometheus', 'prometheus', 'config-reloader'), pod('b-1', 'prometheus', 'prometheus', 'config-reloader'), pod('new', 'query', 'query')];
  const costs = [cost('b-0', 'prometheus', 90, 0.2), cost('b-1', 'prometheus', 110, 0.1), cost('b-1', 'config-reloader', 10), cost('gone', 'query', 1)];
  expect(besidePlan(pods, costs)).toEqual([
    { name: 'prometheus', pods: 2, memoryRequest: 100 * MIB, memoryLimit: 200 * MIB, memory: 110 * MIB, cpuRequest: 0.05, cpu: 0.2 },
    { name: 'prometheus, config-reloader', pods: 1, memoryRequest: 100 * MIB, memoryLimit: 200 * MIB, memory: 10 * MIB, cpuRequest: 0.05, cpu: 0 },
  ]);
});

test.each([
  ['prometheus', 124, []],
  ['prometheus', 125, ['prometheus takes 125 MiB, not below 1.25 × its request of 100 MiB.']],
  ['query', 200, []],
  ['query', 201, ['query takes 201 MiB, above its limit of 200 MiB.']],
])('%s takes %d MiB', (name, memory, problems) => {
  expect(beyondPlan(besidePlan([pod('a', name, name)], [cost('a', name, memory)]))).toEqual(problems);
});
