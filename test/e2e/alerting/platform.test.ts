import { alertingPlatform, changed } from './platform';

const PLATFORM = { namespace: 'e2e', generatorNamespace: 'e2e-load', receiverNamespace: 'e2e-people', limit: 1, pushes: false };
const { objects, stack } = alertingPlatform(PLATFORM);
const names = (change: Partial<typeof PLATFORM>) => changed(objects, alertingPlatform({ ...PLATFORM, ...change }).objects).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);

test('the checks have nothing against it', () => {
  expect(stack.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
});

test('a limit is one ConfigMap, so that no pod is made anew', () => {
  expect(names({ limit: 2 })).toEqual(['ConfigMap platform-ruler-rules-e2e-policies']);
});

test('a job that is added changes no pod that is there', () => {
  expect(names({ pushes: true }).filter(name => /^(StatefulSet|Deployment)/.test(name))).toEqual([]);
  expect(names({ pushes: true })).toContain('Job platform-export');
});
