import { Chart } from 'cdk8s';
import type { ISecret, SecretValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { BlockWriter } from '../../src/core/blocks';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { IObjectStore, ObjectStoreConnection, objectStoreProps } from '../../src/core/object-store';

/** A bucket that nothing is checked of. */
export class TestBucket extends Construct implements IObjectStore {
  public connect(): ObjectStoreConnection {
    return { config: 'type: S3\n' };
  }
}

/** A key of a Secret. */
export const secret = (name: string, key: string): SecretValue => ({ secret: { name } as ISecret, key });

/** What the checks say, without the errors' ids. */
export function findingsOf(chart: Chart, severity?: Severity): string[] {
  return Graph.of(chart).findings().filter(finding => severity === undefined || finding.severity === severity)
    .map(({ rule, message }) => `${rule}: ${message}`);
}

/** What one rule says. */
export const said = (chart: Chart, rule: string): string[] =>
  findingsOf(chart).filter(finding => finding.startsWith(`${rule}: `)).map(finding => finding.slice(rule.length + 2));

const DAY = 86400;

/** A part that uploads blocks to a bucket. */
export function addWriter(bucket: Construct, id: string, options: Partial<BlockWriter> = {}): void {
  Graph.of(bucket).addBlockWriter(bucket, {
    at: new Construct(bucket.node.scope!, id),
    replicaLabels: () => [{ name: 'receive_replica', on: 'blocks' }],
    streamLabels: {},
    activeSeries: 100_000,
    localRetention: DAY,
    outOfOrderTimeWindow: 0,
    ...options,
  });
}

/** What a connection adds to a program, its configuration as an array of lines. */
export function printed(connection: ObjectStoreConnection) {
  const { args, environment, volumes, serviceAccountAnnotations, podLabels } = objectStoreProps(connection);
  return { config: args[0].trimEnd().split('\n'), environment, volumes, serviceAccountAnnotations, podLabels };
}
