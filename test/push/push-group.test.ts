import { groupPath } from '../../src/push/program/group-url';
import { shardOf } from '../../src/push/push-group';

test.each<[Record<string, string>, string]>([
  [{ job: 'billing' }, '/metrics/job/billing'],
  [{ team: 'b', job: 'billing', area: 'a' }, '/metrics/job/billing/area/a/team/b'],
  [{ job: 'a/b', path: '/var/tmp', empty: '' }, '/metrics/job@base64/YS9i/empty@base64/=/path@base64/L3Zhci90bXA'],
  [{ job: 'a b', sign: '%?#"' }, '/metrics/job/a%20b/sign/%25%3F%23%22'],
  [{ job: '.' }, '/metrics/job@base64/Lg'],
])('path of %j', (labels, path) => {
  expect(groupPath(labels)).toBe(path);
});

describe('shards', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => ({ job: `job-${index}` }));

  test('share the groups evenly', () => {
    const counts = [0, 1, 2, 3].map(shard => groups.filter(group => shardOf(group, 4) === shard).length);
    counts.forEach(count => expect(Math.abs(count - 250)).toBeLessThan(50));
  });

  test('are the same for ever', () => {
    expect(['billing', 'report', 'backup', 'cleanup'].map((job) => shardOf({ job }, 3))).toMatchInlineSnapshot(`
[
  2,
  2,
  2,
  0,
]
`);
    expect(shardOf({ job: 'a', team: 'b' }, 3)).toBe(shardOf({ team: 'b', job: 'a' }, 3));
  });

  test('one more takes its share, and moves nothing between the others', () => {
    const moved = groups.filter(group => shardOf(group, 4) !== shardOf(group, 5));
    expect(moved.every(group => shardOf(group, 5) === 4)).toBe(true);
    expect(Math.abs(moved.length - 200)).toBeLessThan(50);
  });
});
