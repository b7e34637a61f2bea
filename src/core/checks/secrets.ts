import { Chart } from 'cdk8s';
import type { PrintedObject, PrintedObjects } from './printed-objects';
import type { ComponentPods } from '../component-pods';
import { quoted } from '../field';
import type { Report } from '../judgement';
import { secretUses } from '../secret-uses';

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
    for (const { name, keys = [], optional } of secretUses(printed.podTemplate(controller).spec)) {
      const made = name === undefined || optional ? [] : printed.madeSecrets(name);
      const here = made.filter(({ namespace }) => namespace === pods.namespace);
      if (made.length > 0 && here.length === 0) {
        const [{ object, namespace }] = made;
        once('secret-of-other-namespace', `Pods of '${pods.name}' in namespace '${pods.namespace}' use Secret '${name}', but '${object.node.path}' makes it in namespace '${namespace!}': pods find Secrets of their own namespace only, `
          + `and would wait for this one. Make it in a chart of namespace '${pods.namespace}'; or, if somebody else makes one there, name that by Secret.fromSecretName(…).`);
      }
      const own = here.find(({ object }) => Chart.of(object) === Chart.of(pods));
      const missing = own ? keys.filter(key => lacks(own, key, printed)) : [];
      missing.forEach(key => once('secret-key-missing', `Pods of '${pods.name}' use key '${key}' of Secret '${name}', which '${own!.object.node.path}' makes without it (it has ${quoted(keysOf(own!, printed))}): `
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
