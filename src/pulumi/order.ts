import type { Manifest } from './traces';

/** Objects without which no other can be made. */
const FIRST = new Set(['Namespace', 'CustomResourceDefinition', 'StorageClass', 'PriorityClass']);

/** Objects with pods. */
const WORKLOADS = new Set(['StatefulSet', 'Deployment', 'DaemonSet', 'Job', 'CronJob']);

/** Kinds that pods name, and without which they do not start. */
const NAMED = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'ClusterRole']);

interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string>; annotations?: Record<string, string> };
  readonly spec?: { readonly serviceAccountName?: string };
}

interface Spec {
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  readonly serviceName?: string;
  readonly podSelector?: { readonly matchLabels?: Record<string, string> };
}

/** The template of the pods of a workload. */
export function templateOf({ kind, spec }: Manifest): PodTemplate | undefined {
  if (!WORKLOADS.has(kind)) return undefined;
  const { template, jobTemplate } = spec as Spec;
  return template ?? jobTemplate?.spec.template;
}

/** All texts in an object. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Components to which others hand over what they have when they stop. */
const RECEIVERS = ['object-store', 'receive-ingestor', 'receive-router'];

const componentOf = ({ metadata }: Manifest): string | undefined => (metadata.labels as Record<string, string> | undefined)?.['app.kubernetes.io/component'];

/** Whether it is the pods of a receiver, or their address. */
const isReceiver = (manifest: Manifest): boolean =>
  ['StatefulSet', 'Deployment', 'Service'].includes(manifest.kind) && RECEIVERS.includes(componentOf(manifest) ?? '');

/** The objects by what is made before what: each after those that it cannot do without, by their paths. */
export function ordered(manifests: ReadonlyMap<string, Manifest>, stated: ReadonlyMap<string, string[]>): [string, string[]][] {
  const needs = new Map([...manifests].map(([path, manifest]) => [path, new Set([...stated.get(path) ?? [], ...needsOf(manifest, manifests)])]));
  const done = new Set<string>();
  const order: [string, string[]][] = [];
  const add = (path: string): void => {
    if (done.has(path)) return;
    done.add(path);
    const before = [...needs.get(path)!].filter(other => other !== path && manifests.has(other));
    before.forEach(add);
    order.push([path, before]);
  };
  [...manifests.keys()].forEach(add);
  return order;
}

/**
 * What an object cannot do without. Never a Service: Pulumi waits for one until it has pods behind it, and the pods would wait for it. That of
 * a receiver is one, but for the receiver's own pods: whoever stops hands over what it has, and waits for a receiver that is gone: ingestors
 * a quarter of an hour for the store, senders some minutes for the ring.
 */
function needsOf(manifest: Manifest, manifests: ReadonlyMap<string, Manifest>): string[] {
  if (FIRST.has(manifest.kind)) return [];
  const others = [...manifests].filter(([, other]) => other !== manifest);
  const first = others.filter(([, { kind }]) => FIRST.has(kind));
  const template = templateOf(manifest);
  if (!template && !manifest.kind.endsWith('RoleBinding') && manifest.kind !== 'ConfigMap') return first.map(([path]) => path);
  const texts = new Set(textsIn(manifest));
  const needed = others.filter(([, other]) => {
    if (isReceiver(other)) return componentOf(manifest) !== componentOf(other) && [...texts].some(text => text.includes(`${serviceOf(other)}.${String(other.metadata.namespace)}.svc`));
    if (manifest.kind === 'ConfigMap') return false;
    if (NAMED.has(other.kind)) return texts.has(other.metadata.name);
    if (other.kind.endsWith('RoleBinding')) return template?.spec?.serviceAccountName !== undefined && textsIn(other.subjects).includes(template.spec.serviceAccountName);
    return other.kind === 'NetworkPolicy' && selects((other.spec as Spec).podSelector?.matchLabels ?? {}, template?.metadata?.labels);
  });
  return [...first, ...needed].map(([path]) => path);
}

/** The Service that leads to a receiver's pods, which a StatefulSet may share with others. */
const serviceOf = ({ metadata, spec }: Manifest): string => (spec as Spec | undefined)?.serviceName ?? metadata.name;

const selects = (selector: Record<string, string>, labels?: Record<string, string>): boolean =>
  labels !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
