import { createHash } from 'crypto';
import fc from 'fast-check';
import { ORDINAL, shardingSteps, TargetPartition } from '../../src/collect/sharding';
import { RelabelConfig } from '../../src/core/relabeling';

/** Relabeling as Prometheus does it, as far as sharding uses it; false for a target that is dropped. */
function isKept(steps: RelabelConfig[], target: Record<string, string>, ordinal: number): boolean {
  const labels = { ...target };
  for (const { action, source_labels: sources = [], regex = '(.*)', modulus, target_label: label = '', replacement = '$1' } of steps) {
    const value = sources.map(source => labels[source] ?? '').join(';');
    const match = new RegExp(`^(?:${regex.replaceAll(ORDINAL, String(ordinal))})$`).exec(value);
    if (action === 'keep' && !match) {
      return false;
    }
    if (action === 'replace' && match) {
      labels[label] = replacement.replace('$1', match[1]);
    }
    if (action === 'hashmod') {
      labels[label] = String(createHash('md5').update(value).digest().readBigUInt64BE(8) % BigInt(modulus!));
    }
  }
  return true;
}

const shardsThatKeep = (target: Record<string, string>, shards: number, partition?: TargetPartition): number[] =>
  Array.from({ length: shards + 2 }, (_, ordinal) => ordinal).filter(ordinal => isKept(shardingSteps(shards, partition), target, ordinal));

const address = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `${ip}:${port}`);

test('each target belongs to exactly one shard of one part, and never to a pod beyond the shards', () => {
  fc.assert(fc.property(address, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), (__address__, shards, of) => {
    const owners = Array.from({ length: of }, (_, index) => shardsThatKeep({ __address__ }, shards, { index, of })).flat();
    expect(owners).toHaveLength(1);
    expect(owners[0]).toBeLessThan(shards);
  }));
});

test('parts and shards are independent of each other, also where the numbers have a divisor in common', () => {
  const addresses = Array.from({ length: 800 }, (_, index) => `10.0.${Math.floor(index / 250)}.${index % 250}:9100`);
  const perShard = [0, 0, 0, 0];
  addresses.forEach(__address__ => shardsThatKeep({ __address__ }, 4, { index: 0, of: 2 }).forEach(shard => perShard[shard]++));
  // A hash without salt would leave two of the four empty.
  perShard.forEach(targets => expect(targets).toBeGreaterThan(60));
});

test('a job may choose what is hashed', () => {
  const shardOf = (__address__: string) => shardsThatKeep({ __address__, __tmp_hash: 'same' }, 7);
  expect(shardOf('10.0.0.1:80')).toEqual(shardOf('10.0.0.2:80'));
});

test('a target without sharding is scraped by every shard', () => {
  expect(shardsThatKeep({ __address__: '10.0.0.1:80', __tmp_disable_sharding: 'true' }, 2)).toEqual([0, 1, 2, 3]);
});

test('the steps', () => {
  expect(shardingSteps(4, { index: 1, of: 2 })).toEqual([
    { action: 'replace', source_labels: ['__tmp_hash', '__address__'], regex: ';(.+)', target_label: '__tmp_hash' },
    { action: 'replace', source_labels: ['__tmp_hash'], target_label: '__tmp_partition', replacement: 'partition;$1' },
    { action: 'hashmod', source_labels: ['__tmp_partition'], modulus: 2, target_label: '__tmp_partition' },
    { action: 'keep', source_labels: ['__tmp_partition'], regex: '1' },
    { action: 'hashmod', source_labels: ['__tmp_hash'], modulus: 4, target_label: '__tmp_hash' },
    { action: 'keep', source_labels: ['__tmp_hash', '__tmp_disable_sharding'], regex: '$(STATEFULSET_ORDINAL_NUMBER);|.+;.+' },
  ]);
  expect(shardingSteps(1, { index: 0, of: 1 })).toHaveLength(3);
});
