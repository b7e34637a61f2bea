import type { ApiObjectProps } from 'cdk8s';
import { dnsSubdomain, isRecord, labelKey, labelValue, map } from '../field';
import { groupKind } from '../kinds';

/** What stands at the root of objects besides `apiVersion`, `kind` and `metadata`, of those kinds that this library prints. */
const CONTENT: Record<string, string[]> = {
  ConfigMap: ['data', 'binaryData', 'immutable'],
  ServiceAccount: ['automountServiceAccountToken', 'imagePullSecrets', 'secrets'],
  ...fieldsOf(['rules'], 'Role.rbac.authorization.k8s.io'),
  ...fieldsOf(['rules', 'aggregationRule'], 'ClusterRole.rbac.authorization.k8s.io'),
  ...fieldsOf(['roleRef', 'subjects'], 'RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'),
  ...fieldsOf(['spec', 'status'], 'Namespace', 'Service', 'PersistentVolumeClaim', 'Deployment.apps', 'StatefulSet.apps', 'Job.batch', 'CronJob.batch',
    'NetworkPolicy.networking.k8s.io', 'PodDisruptionBudget.policy', 'ScaledObject.keda.sh', 'PrometheusRule.monitoring.coreos.com'),
};

function fieldsOf(fields: string[], ...kinds: string[]): Record<string, string[]> {
  return Object.fromEntries(kinds.map(kind => [kind, fields]));
}

const LABELS = map(labelValue(), labelKey());

/** What a patch has made of an object, if neither the cluster nor the other checks could read it: the second half of a sentence. */
export function shapeProblem(manifest: ApiObjectProps): string | undefined {
  const { kind, metadata, spec } = manifest as unknown as Record<string, unknown>;
  const root = rootProblem(manifest as unknown as Record<string, unknown>);
  if (root) {
    return root;
  }
  const name = isRecord(metadata) ? dnsSubdomain().problem(metadata.name as string) : 'must be an object';
  if (name) {
    return isRecord(metadata) ? `'metadata.name' ${name}` : "'metadata' must be an object";
  }
  const labels = isRecord(metadata) ? metadata.labels : undefined;
  if (labels !== undefined && LABELS.problem(labels as Record<string, string>)) {
    return "'metadata.labels' must be a map of labels";
  }
  if (spec !== undefined && !isRecord(spec)) {
    return "'spec' must be an object";
  }
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet': return containersProblem('spec', spec) ?? selectorProblem(spec!);
    case 'Job': return containersProblem('spec', spec);
    case 'CronJob': return containersProblem('spec.jobTemplate.spec', isRecord(spec?.jobTemplate) ? spec.jobTemplate.spec : undefined);
    default: return undefined;
  }
}

function rootProblem({ apiVersion, kind, metadata: _, ...content }: Record<string, unknown>): string | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return "'apiVersion' and 'kind' must be texts";
  }
  const known = CONTENT[groupKind(apiVersion, kind)];
  const unknown = known && Object.keys(content).find(key => !known.includes(key));
  return unknown === undefined ? undefined
    : `'${unknown}' stands at the root, where a ${kind} has only 'apiVersion', 'kind', 'metadata', ${known.map(key => `'${key}'`).join(', ')}; a path begins with '/', as '/metadata/labels' does`;
}

function containersProblem(path: string, spec: unknown): string | undefined {
  const pod = isRecord(spec) && isRecord(spec.template) ? spec.template : {};
  const content = isRecord(pod.spec) ? pod.spec : {};
  const { containers } = content;
  if (!isList(containers) || containers.length === 0) {
    return `'${path}.template.spec.containers' must be a list of containers`;
  }
  const wrong = wrongList(content, 'initContainers', 'volumes', 'imagePullSecrets');
  if (wrong) {
    return `'${path}.template.spec.${wrong}' must be a list of objects`;
  }
  const init = content.initContainers;
  const [variables] = [...containers, ...isList(init) ? init : []].flatMap(container => wrongList(container, 'env', 'envFrom') ?? []);
  return variables && `'${variables}' of each container must be a list of objects`;
}

const isList = (value: unknown): value is Record<string, unknown>[] => Array.isArray(value) && value.every(isRecord);

const wrongList = (owner: Record<string, unknown>, ...keys: string[]): string | undefined =>
  keys.find(key => owner[key] !== undefined && owner[key] !== null && !isList(owner[key]));

function selectorProblem({ selector, template }: Record<string, unknown>): string | undefined {
  const pod = isRecord(template) ? template : {};
  const labels = isRecord(pod.metadata) && isRecord(pod.metadata.labels) ? pod.metadata.labels : {};
  const wanted = isRecord(selector) && isRecord(selector.matchLabels) ? Object.entries(selector.matchLabels) : [];
  return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value) ? undefined
    : "'spec.selector.matchLabels' must be labels that 'spec.template.metadata.labels' has too";
}
