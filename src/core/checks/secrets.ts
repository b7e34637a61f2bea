import { Chart } from 'cdk8s';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { PrintedObject, PrintedObjects } from './printed-objects';
import type { ComponentPods } from '../component-pods';
import type { Report } from '../judgement';

/** What pods need of a Secret. */
interface SecretUse {
  readonly name?: string;
  /** @default - the whole Secret */
  readonly keys?: string[];
  readonly optional?: boolean;
}

/** A Secret that is made in this app is where the pods are that use it, and has the keys that they use. One that is only named is trusted. */
export function checkSecrets(pods: ComponentPods, printed: PrintedObjects, report: Report): void {
  const said = new Set<string>();
  const once = (rule: string, message: string) => {
    if (!said.has(message)) {
      said.add(message);
      report(rule, message);
    }
  };
  for (const controller of pods.controllers) {
    for (const { name, keys = [], optional } of usesOf(printed.podTemplate(controller).spec)) {
      const made = name === undefined || optional ? [] : printed.madeSecrets(name);
      const here = made.filter(({ namespace }) => namespace === pods.namespace);
      if (made.length > 0 && here.length === 0) {
        const [{ object, namespace }] = made;
        once('secret-of-other-namespace', `Pods of '${pods.name}' in namespace '${pods.namespace}' use Secret '${name}', but '${object.node.path}' makes it in namespace '${namespace!}': pods find Secrets of their own namespace only, `
          + `and would wait for this one. Make it in a chart of namespace '${pods.namespace}'; or, if somebody else makes one there, name that by Secret.fromSecretName(…).`);
      }
      const own = here.find(({ object }) => Chart.of(object) === Chart.of(pods));
      const missing = own ? keys.filter(key => lacks(own, key, printed)) : [];
      missing.forEach(key => once('secret-key-missing', `Pods of '${pods.name}' use key '${key}' of Secret '${name}', which '${own!.object.node.path}' makes without it (it has ${keysOf(own!, printed).map(known => `'${known}'`).join(', ')}): `
        + 'they would wait for it. Use a key that is there, or add this one.'));
    }
  }
}

function keysOf({ object }: PrintedObject, printed: PrintedObjects): string[] {
  const { data, stringData } = printed.manifest(object) as { data?: object; stringData?: object };
  return Object.keys({ ...data, ...stringData });
}

/** One without any key is filled by somebody else. */
function lacks(secret: PrintedObject, key: string, printed: PrintedObjects): boolean {
  const keys = keysOf(secret, printed);
  return keys.length > 0 && !keys.includes(key);
}

// A patch may leave null, which the API takes for nothing.
function usesOf({ volumes, initContainers, containers, imagePullSecrets }: Partial<PodSpec> = {}): SecretUse[] {
  return [
    ...(volumes ?? []).flatMap(({ secret, projected }) => [
      ...(secret ? [{ ...secret, name: secret.secretName }] : []),
      ...(projected?.sources ?? []).flatMap(source => source.secret ?? []),
    ]).map(({ name, items, optional }) => ({ name, keys: items?.map(({ key }) => key), optional })),
    ...[...initContainers ?? [], ...containers ?? []].flatMap(variablesOf),
    ...imagePullSecrets ?? [],
  ];
}

const variablesOf = ({ env, envFrom }: Container): SecretUse[] => [
  ...(env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []).map(({ name, key, optional }) => ({ name, keys: [key], optional })),
  ...(envFrom ?? []).flatMap(({ secretRef }) => secretRef ?? []),
];
