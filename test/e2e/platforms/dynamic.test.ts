import { DYNAMIC_JOBS, dynamicPlatform, STATIC_SENDERS } from './dynamic';
import { PLATFORM_NAME } from './small';

const PLATFORM = { namespace: 'e2e', generatorNamespace: 'e2e-load', shards: 2, targets: 60, series: 240, interval: 5, ownInterval: 5 };
const SENDERS = `${PLATFORM_NAME}-prometheus`;

/** Name and, where it is stated, number of pods. */
const statefulSets = (platform: Parameters<typeof dynamicPlatform>[0]) => Object.fromEntries(dynamicPlatform(platform).objects
  .filter(({ kind }) => kind === 'StatefulSet')
  .map(({ metadata, ...rest }) => [metadata?.name, (rest as { spec?: { replicas?: number } }).spec?.replicas]));

test('senders of both ways of sharding stand side by side', () => {
  const senders = statefulSets({ ...PLATFORM, beside: true });
  expect(senders).toMatchObject({ [`${SENDERS}-a`]: 2, [`${SENDERS}-b`]: 2, [`${PLATFORM_NAME}-${STATIC_SENDERS}-a`]: 2, [`${PLATFORM_NAME}-${STATIC_SENDERS}-b`]: 2 });
  const { objects } = dynamicPlatform({ ...PLATFORM, beside: true });
  for (const job of Object.values(DYNAMIC_JOBS)) expect(JSON.stringify(objects)).toContain(`job_name: ${job}\\n`);
});

test('where an autoscaler chooses, no number of senders is stated', () => {
  const senders = statefulSets({ ...PLATFORM, beside: false, autoscaling: {} });
  expect(Object.keys(senders)).toContain(`${SENDERS}-a`);
  expect(senders[`${SENDERS}-a`]).toBeUndefined();
  expect(dynamicPlatform({ ...PLATFORM, beside: false, autoscaling: {} }).objects.filter(({ kind }) => kind === 'ScaledObject').map(({ metadata }) => metadata?.name))
    .toEqual([`${SENDERS}-a`, `${SENDERS}-b`]);
});
