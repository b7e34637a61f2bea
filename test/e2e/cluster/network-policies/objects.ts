import type { KubernetesObject, V1ContainerPort, V1Namespace, V1Pod } from '@kubernetes/client-node';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';

/** A NetworkPolicy as the API server prints it (the client library's own type renames `from`). */
export interface Policy extends KubernetesObject {
  readonly spec?: NetworkPolicySpec;
}

/** What decides about connections: the objects of all namespaces. */
export interface ClusterObjects {
  readonly namespaces: readonly V1Namespace[];
  readonly pods: readonly V1Pod[];
  readonly policies: readonly Policy[];
}

/** A pod that policies can select and name: it has an address of its own. */
export interface AddressedPod {
  /** `namespace/name`. */
  readonly path: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  /** IPv4 address. */
  readonly address: string;
  readonly ports: readonly V1ContainerPort[];
}

/**
 * The pods that hold an IPv4 address of their own, by path. Pods on the host's network count as their node; those that have ended may have
 * lost their address to another pod already.
 */
export function addressedPods(pods: readonly V1Pod[]): AddressedPod[] {
  return pods.flatMap(pod => {
    const address = [pod.status?.podIP, ...pod.status?.podIPs?.map(({ ip }) => ip) ?? []].find(ip => ip?.includes('.'));
    const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (!address || ended || pod.spec?.hostNetwork) return [];
    const sidecars = pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? [];
    return [{
      path: pathOf(pod),
      namespace: pod.metadata?.namespace ?? '',
      labels: pod.metadata?.labels ?? {},
      node: pod.spec?.nodeName ?? '',
      address,
      ports: [...pod.spec?.containers ?? [], ...sidecars].flatMap(({ ports }) => ports ?? []),
    }];
  }).sort(byPath);
}

/** `namespace/name` of an object. */
export function pathOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** Orders by path, so that the order in which events arrive changes no text. */
export function byPath(left: { path: string }, right: { path: string }): number {
  return left.path < right.path ? -1 : 1;
}

/** Whether labels satisfy a selector; an empty selector, or none, takes everything. */
export function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
    && (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'In': return key in labels && values.includes(labels[key]);
        // A label that is not there has none of the values.
        case 'NotIn': return !values.includes(labels[key]);
        case 'Exists': return key in labels;
        case 'DoesNotExist': return !(key in labels);
        default: throw new Error(`The operator of a label selector is '${operator}'; Kubernetes knows In, NotIn, Exists and DoesNotExist.`);
      }
    });
}
