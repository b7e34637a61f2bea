import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { PrintedObjects } from './checks/printed-objects';
import type { ComponentPods } from './component-pods';
import { secretUses } from './secret-uses';

/** What pods need that no object of their chart is: it must be in the cluster before they can start. */
export function prerequisitesOf({ node: { root } }: IConstruct, all: ComponentPods[]): string[] {
  const printed = new PrintedObjects(root);
  const lines = all.flatMap(pods => pods.controllers.flatMap(controller => {
    const is = (kind: string, namespace: string, name: string) => printed.find(Chart.of(pods), kind, namespace, name) !== undefined;
    const { namespace } = pods;
    const spec = printed.podTemplate(controller).spec ?? { containers: [] };
    const { volumeClaimTemplates = [] } = (printed.manifest(controller) as StatefulSet).spec ?? {};
    const namespaced = (kind: string, name?: string, more = '') => (name && !is(kind, namespace, name) ? [`${kind} \`${name}\` in namespace \`${namespace}\`${more}`] : []);
    const of = (kind: string, name?: string) => (name ? [`${kind} \`${name}\``] : []);
    return [
      ...printed.ofKind(Chart.of(pods), 'Namespace').some(({ name }) => name === namespace) ? [] : of('Namespace', namespace),
      ...secretUses(spec).flatMap(({ name, keys = [] }) => (keys.length > 0 ? keys : ['']).flatMap(key => namespaced('Secret', name, key && `, key \`${key}\``))),
      ...namespaced('ServiceAccount', spec.serviceAccountName),
      ...of('PriorityClass', spec.priorityClassName),
      ...volumeClaimTemplates.flatMap(claim => of('StorageClass', claim.spec?.storageClassName)),
      ...trustOf(printed, pods, spec),
    ];
  }));
  const order = ['Namespace', 'Secret', 'ServiceAccount', 'PriorityClass', 'StorageClass', 'A role'];
  return order.flatMap(kind => [...new Set(lines)].filter(line => line.startsWith(`${kind} `)).sort());
}

/** Annotations of ServiceAccounts name identities of clouds, which must trust them. */
function trustOf(printed: PrintedObjects, pods: ComponentPods, { serviceAccountName = '' }: PodSpec): string[] {
  const account = printed.find(Chart.of(pods), 'ServiceAccount', pods.namespace, serviceAccountName);
  const annotations = Object.entries(account ? printed.manifest(account.object).metadata?.annotations ?? {} : {});
  return annotations.filter(([name]) => /^(eks\.amazonaws\.com|iam\.gke\.io|azure\.workload\.identity)\//.test(name)).map(([name, value]) =>
    `A role that trusts the ServiceAccount \`${serviceAccountName}\` of namespace \`${pods.namespace}\`, as its annotation \`${name}: ${String(value)}\` names it`);
}
