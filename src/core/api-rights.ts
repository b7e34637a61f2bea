import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { PolicyRule } from 'kubernetes-types/rbac/v1';
import { KubeObject } from './kube-object';
import { commonLabels } from './labels';
import type { PodWorkload } from './pod-workload';

/** What pods may do in some namespaces, or in the whole cluster. */
export interface ApiRight {
  /** @default - all of them */
  readonly namespaces?: string[];
  readonly rules: PolicyRule[];
}

/**
 * What the pods of a workload may do at the Kubernetes API: a Role in each namespace that is named, and a ClusterRole for what names none.
 * More may be granted until the app is synthesized.
 */
export class ApiRights extends Construct {
  private readonly byNamespace = new Map<string | undefined, PolicyRule[]>();

  constructor(scope: Construct, id: string, private readonly workload: PodWorkload) {
    super(scope, id);
  }

  public grant({ namespaces, rules }: ApiRight): void {
    for (const namespace of namespaces ?? [undefined]) {
      if (!this.byNamespace.has(namespace)) {
        this.byNamespace.set(namespace, []);
        this.addRole(namespace);
      }
      this.byNamespace.get(namespace)!.push(...rules);
    }
  }

  private addRole(namespace: string | undefined): void {
    const { name, namespace: home, serviceAccountName, group } = this.workload;
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const suffix = namespace ? `-${namespace}` : '';
    // Others may grant rights to pods of the same name in a namespace of their own; and cdk8s names a file after kind and name alone.
    const metadata = { name: `${home}-${name}${suffix}`, labels: commonLabels(this, group), ...(namespace ? { namespace } : {}) };
    new KubeObject(this, `${kind}${suffix}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind,
      metadata,
      rules: Lazy.any({ produce: () => merged(this.byNamespace.get(namespace)!) }),
    });
    new KubeObject(this, `${kind}Binding${suffix}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace: home }],
    });
  }
}

/** One rule for all resources of an API group that are used alike. */
function merged(rules: PolicyRule[]): PolicyRule[] {
  const alike = new Map<string, PolicyRule[]>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.verbs]);
    alike.set(key, [...alike.get(key) ?? [], rule]);
  }
  const union = (lists: (string[] | undefined)[]) => [...new Set(lists.flatMap(list => list ?? []))].sort();
  return [...alike.keys()].sort().map(key => {
    const [{ apiGroups, verbs }] = alike.get(key)!;
    const resources = union(alike.get(key)!.map(rule => rule.resources));
    const nonResourceURLs = union(alike.get(key)!.map(rule => rule.nonResourceURLs));
    return { ...(apiGroups ? { apiGroups, resources } : { nonResourceURLs }), verbs };
  });
}
