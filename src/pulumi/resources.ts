import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as apps from '@pulumi/kubernetes/apps/v1';
import * as batch from '@pulumi/kubernetes/batch/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as policy from '@pulumi/kubernetes/policy/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import { type CustomResourceOptions, type Resource, secret } from '@pulumi/pulumi';
import { ordered } from './order';
import type { Synthesis } from './synthesis';
import type { Manifest } from './traces';

type ResourceClass = new (name: string, args: object, options: CustomResourceOptions) => Resource;

/** Where Pulumi's SDK keeps the classes of the kinds of an API. */
const CLASSES: Readonly<Record<string, object>> = {
  'v1': core,
  'apps/v1': apps,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'rbac.authorization.k8s.io/v1': rbac,
};

/** Registers an object as a resource of its kind. `args` may have Outputs wherever the manifest has values. */
function register(name: string, { apiVersion, kind }: Manifest, args: object, options: CustomResourceOptions): Resource {
  const ofKind = (CLASSES[apiVersion] as Record<string, ResourceClass> | undefined)?.[kind] ?? apiextensions.CustomResource as ResourceClass;
  return new ofKind(name, args, options);
}

/** The name of the resource of a construct: stable for as long as the construct's path is. */
const resourceName = (path: string): string => path.replace(/\/Resource(-[^/]+)?$/, '$1');

/** Each object as a resource below the component, those first that others cannot do without. */
export function registerObjects(parent: Resource, synthesis: Synthesis, argsOf: (path: string) => Manifest): void {
  const { manifests, dependencies, secrets } = synthesis;
  const entries = new Map(secrets.map(({ path, entries: values }) => [path, values]));
  const resources = new Map<string, Resource>();
  for (const [path, before] of ordered(manifests, dependencies)) {
    const manifest = manifests.get(path)!;
    // Secret in the state, even if they were not before.
    const args = entries.has(path) ? { ...argsOf(path), stringData: secret(entries.get(path)) } : argsOf(path);
    const dependsOn = before.flatMap(other => resources.get(other) ?? []);
    resources.set(path, register(resourceName(path), manifest, args, { parent, dependsOn }));
  }
}
