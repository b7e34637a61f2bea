import type { KubernetesObject } from '@kubernetes/client-node';
import { type Deployment, Engine, type Run, type Stored } from './engine';
import { PLATFORM, program, type Wanted } from './program';
import { Objects } from './provider/objects';
import { objectOf, rolling } from './seen';
import { createNamespace } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { untilReady } from '../harness/wait';

/** One platform, made and changed by Pulumi. */
export class Testbed {
  public static async make(cluster: Cluster, namespace: string): Promise<Testbed> {
    await createNamespace(cluster, namespace);
    const engine = await Engine.start();
    return new Testbed(cluster, engine, await engine.stack('platform'), namespace);
  }

  /** What the program asks for now. */
  public wanted: Wanted;

  private constructor(
    public readonly cluster: Cluster,
    public readonly engine: Engine,
    public readonly deployment: Deployment,
    public readonly namespace: string,
  ) {
    this.wanted = { namespace, region: 'north', zone: 'zone-that-is-made', key: 'first-key-of-the-bucket' };
  }

  public async preview(change: Partial<Wanted> = {}): Promise<Run> {
    return succeeded(await this.deployment.preview(program({ ...this.wanted, ...change })));
  }

  /** Deploys it, and waits until all pods are Ready. */
  public async up(change: Partial<Wanted> = {}): Promise<Run> {
    this.wanted = { ...this.wanted, ...change };
    const run = succeeded(await this.deployment.up(program(this.wanted)));
    await untilReady(this.cluster, this.namespace);
    return run;
  }

  /** Deploys a change. @throws when pods rolled that had no reason to, or did not that had */
  public async upRolling(change: Partial<Wanted>): Promise<Run & { readonly rolled: string[] }> {
    const before = await this.pods();
    const run = await this.up(change);
    const now = new Set([...await this.pods()].map(([uid]) => uid));
    const rolled = new Set([...before].filter(([uid]) => !now.has(uid)).map(([, workload]) => workload));
    const kept = [...before].filter(([uid, workload]) => now.has(uid) && rolled.has(workload)).map(([, workload]) => workload);
    if (kept.length > 0) throw new Error(`Only some pods of these are new: ${kept.join(', ')}.`);
    const reason = rolling(run.steps).filter(name => [...before.values()].includes(name));
    if ([...rolled].sort().join() !== reason.sort().join()) throw new Error(`New pods: ${[...rolled].join(', ') || 'none'}; changed templates: ${reason.join(', ') || 'none'}.`);
    return { ...run, rolled: [...rolled].sort() };
  }

  /** Resources of the platform in the state. */
  public async resources(): Promise<Stored[]> {
    return (await this.deployment.resources()).filter(({ urn, type }) => urn.includes('MonitoringStack$') && type.startsWith('kubernetes:'));
  }

  /** Those objects of the state that are in the cluster. */
  public async inCluster(resources: readonly Stored[]): Promise<string[]> {
    const objects = Objects.of();
    const found = await Promise.all(resources.map(async ({ inputs }) => {
      const object = inputs as unknown as KubernetesObject;
      return await objects.find(object) ? [`${object.kind}/${object.metadata?.name}`] : [];
    }));
    return found.flat();
  }

  /** Workloads by the uids of their pods. */
  private async pods(): Promise<Map<string, string>> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace });
    return new Map(items.flatMap(({ metadata }) => {
      const owner = metadata?.ownerReferences?.[0];
      if (!owner || !metadata?.uid) return [];
      return [[metadata.uid, owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/, '') : owner.name] as const];
    }));
  }
}

/** @throws with what was reported, when it failed */
export function succeeded(run: Run): Run {
  if (run.failed) throw new Error(run.errors);
  return run;
}

/** Steps of the platform's own objects. */
export const ofPlatform = ({ steps }: Run) => steps.filter(({ urn, type }) => urn.includes('MonitoringStack$') && type.startsWith('kubernetes:'));

/** Names of objects, for a note. */
export const listed = (steps: Run['steps']): string => [...new Set(steps.map(objectOf))].sort().join(', ').replaceAll(`${PLATFORM}-`, '');
