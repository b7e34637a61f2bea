import type { Input } from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import { type ISecret, Secret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type Inputs, type Known, resolved } from './inputs';
import { checksum, checkSecret, type PassedSecret, secretManifest, withChecksums } from './secrets';
import type { Manifest } from './traces';
import type { Values } from './values';
import { type CapacityPlan, type Finding, MonitoringStack, type MonitoringStackProps, ObjectStoreBucket } from 'cdk8s-thanos';

/** Adds to the platform what its props cannot say: jobs, rules, push jobs, patches. */
export type Extend = (stack: MonitoringStack, known: Known) => void;

/** What is made: the props, and what is beside them. */
export interface Wanted {
  readonly name: string;
  readonly namespace: Inputs<string>;
  readonly props: Inputs<MonitoringStackProps>;
  readonly extend?: Extend;
}

/** What others may want to know of the platform. */
export interface Summary {
  readonly queryUrl: string;
  readonly remoteWriteUrl: string;
  readonly policyDocuments: Record<string, string>;
}

/** A platform as it was synthesized, with nothing of Pulumi left in it. */
export interface Synthesis {
  /** By the paths of their constructs. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Paths of the objects that must be there before the one of a path, as constructs state it. */
  readonly dependencies: ReadonlyMap<string, string[]>;
  /** Secrets whose values go past it. */
  readonly secrets: PassedSecret[];
  readonly summary: Summary;
  readonly judge: () => { readonly errors: string[]; readonly findings: Finding[]; readonly plan: CapacityPlan };
}

/** Synthesizes the platform with the values that are there; throws if one has to be waited for. */
export function synthesized({ name, namespace, props, extend }: Wanted, values: Values): Synthesis {
  const app = new App();
  const secrets: PassedSecret[] = [];
  const { name: given = name, ...others } = props as { readonly name?: Inputs<string> };
  const prefix = resolved(given, app, knownBy(values, name, secrets));
  const known = knownBy(values, prefix, secrets);
  const inNamespace = resolved(namespace, app, known);
  const chart = new Chart(app, name, { namespace: inNamespace, disableResourceNameHashes: true });
  const stack = new MonitoringStack(chart, 'stack', { ...resolved(others as Inputs<MonitoringStackProps>, chart, known), name: prefix });
  if (extend !== undefined && typeof extend !== 'function') {
    throw new Error(`'extend' must be a function, but is ${JSON.stringify(extend)}.`);
  }
  extend?.(stack, known);
  const objects = app.node.findAll().filter(ApiObject.isApiObject);
  return {
    manifests: new Map([
      ...objects.map(object => [object.node.path, withChecksums(object.toJson() as Manifest, secrets)] as const),
      ...secrets.map(secret => [secret.path, secretManifest(secret)] as const),
    ]),
    dependencies: new Map(objects.map(object => [object.node.path, object.node.dependencies.flatMap(objectsIn)])),
    secrets,
    summary: {
      queryUrl: stack.queryFrontend.queryUrl,
      remoteWriteUrl: stack.ring.remoteWriteEndpoint.url,
      policyDocuments: stack.bucket instanceof ObjectStoreBucket ? stack.bucket.policyDocuments : {},
    },
    judge: () => ({
      errors: app.node.findAll().flatMap(construct => construct.node.validate().map(message => `[${construct.node.path}] ${message}`)),
      findings: stack.findings,
      plan: stack.plan,
    }),
  };
}

/** What functions are given: it asks for values, and keeps the Secrets that it makes. */
export function knownBy(values: Values, name: string, secrets: PassedSecret[]): Known {
  return Object.assign(<T>(input: Input<T>): T => values.of(() => input), {
    secret(scope: Construct, id: string, entries: Record<string, Input<string>>): ISecret {
      const reference = Secret.fromSecretName(scope, id, `${name}-${id}`);
      checkSecret(reference.node.path, reference.name, entries);
      secrets.push({
        path: reference.node.path,
        name: reference.name,
        namespace: Chart.of(scope).namespace!,
        entries,
        checksum: values.of(() => checksum(reference.name, entries)),
      });
      return reference;
    },
  });
}

const objectsIn = (construct: { readonly node: Construct['node'] }): string[] =>
  construct.node.findAll().filter(ApiObject.isApiObject).map(({ node }) => node.path);
