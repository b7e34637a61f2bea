import { Chart } from 'cdk8s';
import type { PrintedObject, PrintedObjects } from './printed-objects';
import type { ComponentPods } from '../component-pods';
import type { Report } from '../judgement';

/** Objects of one chart: no two may be the same to the cluster or overwrite each other on disk, and every patch must fit. */
export function checkObjects(chart: Chart, printed: PrintedObjects, report: Report): void {
  for (const objects of printed.duplicates(chart)) {
    const [{ kind, groupKind, name, namespace }] = objects;
    report('duplicate-object', `${objects.length} objects are ${kind} '${name}' ${namespace === undefined ? 'of the cluster' : `in namespace '${namespace}'`}, and the last to be applied overwrites the others: `
      + `${objects.map(({ object }) => `'${object.node.path}'`).join(' and ')}. ${groupKind === 'Namespace' ? "Leave 'createNamespace' out of all but one."
        : "Give the parts different names ('name'; without it, the construct's id), or put them into charts of different namespaces."}`);
  }
  for (const objects of printed.overwritten(chart)) {
    const [{ kind, name }] = objects;
    report('file-overwritten', `${objects.length} objects are ${kind} '${name}', and the app's 'yamlOutputType' `
      + `writes them to one file, so that only the last is kept: ${objects.map(whereIs).join(' and ')}. `
      + 'Give the parts different names, or write a file a chart (YamlOutputType.FILE_PER_CHART).');
  }
  for (const { object, reason } of printed.brokenPatches(chart)) {
    report('patch-not-applicable', `A JSON patch of ${object.kind} '${object.name}' cannot be applied: ${reason}. Correct its path or its value.`);
  }
}

/** An object by what tells it from others of its kind and name. */
const whereIs = ({ object, namespace }: PrintedObject): string =>
  `'${object.node.path}' (${object.apiVersion}${namespace === undefined ? '' : `, in namespace '${namespace}'`})`;

/** A ConfigMap of ours that pods mount is printed under the name by which they mount it. One that is not in the tree is somebody else's. */
export function checkConfigMaps(pods: ComponentPods, printed: PrintedObjects, report: Report): void {
  const chart = Chart.of(pods);
  for (const controller of pods.controllers) {
    const { kind, metadata } = printed.manifest(controller);
    for (const { configMap } of printed.podTemplate(controller).spec?.volumes ?? []) {
      const name = configMap?.name;
      const renamed = name && !printed.find(chart, 'ConfigMap', pods.namespace, name) && printed.renamed(chart, 'ConfigMap', name);
      if (renamed) {
        report('config-map-renamed', `Pods of ${kind} '${metadata?.name}' mount ConfigMap '${name}', but a patch of '${renamed.object.node.path}' prints it as `
          + `'${renamed.name}' in namespace '${renamed.namespace!}'. Take back the patch of its name or namespace.`);
      }
    }
  }
}
