import { podCgroup } from './faults';
import { rigCgroup } from './machine';
import { nodeOf } from './network';

const pod = (qosClass: string) => ({ metadata: { name: 'a', namespace: 'b', uid: 'c-1' }, spec: { nodeName: 'n2' }, status: { qosClass } });

test.each([
  ['Guaranteed', '/n2/kubepods/podc-1'],
  ['Burstable', '/n2/kubepods/burstable/podc-1'],
  ['BestEffort', '/n2/kubepods/besteffort/podc-1'],
])('the cgroup of a pod of class %s', (qosClass, cgroup) => {
  expect(podCgroup(pod(qosClass))).toBe(`${rigCgroup()}${cgroup}`);
});

test('a zone that does not exist', () => {
  expect(() => nodeOf('z4')).toThrow("The rig has no zone 'z4'. Its zones: z1, z2, z3.");
});
