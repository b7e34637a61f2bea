import { Chart } from 'cdk8s';
import type { PrintedObject, PrintedObjects } from './printed-objects';
import type { ComponentPods } from '../component-pods';
import type { Report } from '../judgement';

/** Letters of a name, as Kubernetes takes them: those of a DNS subdomain. */
const LONGEST_NAME = 253;

/** Objects that are named of many which overwrite each other. */
const EXAMPLES = 3;

/** Objects of one chart: no two may be the same to the cluster or overwrite each other on disk, names must not be too long together, and every patch must fit. */
export function checkObjects(chart: Chart, printed: PrintedObjects, report: Report): void {
  for (const alike of byOrigin(printed.duplicates(chart))) {
    reportDuplicates(alike, report);
  }
  for (const objects of printed.overwritten(chart)) {
    const [{ kind, name }] = objects;
    report('file-overwritten', `${objects.length} objects are ${kind} '${name}', and the app's 'yamlOutputType' `
      + `writes them to one file, so that only the last is kept: ${objects.map(whereIs).join(' and ')}. `
      + 'Give the parts different names, or write a file a chart (YamlOutputType.FILE_PER_CHART).');
  }
  for (const { object, kind, name } of printed.of(chart)) {
    if (name.length > LONGEST_NAME) {
      report('name-too-long', `${kind} '${name}', which '${object.node.path}' prints, has a name of ${name.length} letters, and Kubernetes takes ${LONGEST_NAME} at most. `
        + "It is made of several: shorten the 'name' of one.");
    }
  }
  for (const { object, reason } of printed.brokenPatches(chart)) {
    report('patch-not-applicable', `A JSON patch of ${object.kind} '${object.name}' cannot be applied: ${reason}. Correct its path or its value.`);
  }
}

/** Objects that overwrite each other, put together where the same parts print them: one cause is told once. */
function byOrigin(duplicates: PrintedObject[][]): PrintedObject[][][] {
  const groups = new Map<string, PrintedObject[][]>();
  for (const objects of duplicates) {
    const key = JSON.stringify([objects[0].groupKind === 'Namespace', ...origins(objects)]);
    groups.set(key, [...groups.get(key) ?? [], objects]);
  }
  return [...groups.values()];
}

/** Paths of the parts that print the objects, as far as these tell them apart. */
function origins(objects: PrintedObject[]): string[] {
  const paths = objects.map(({ object }) => object.node.path.split('/'));
  const [first] = paths;
  const differing = first.findIndex((segment, level) => paths.some(path => path[level] !== segment));
  // One may stand below another.
  return paths.map(path => path.slice(0, (differing < 0 ? first.length : differing) + 1).join('/'));
}

function reportDuplicates(duplicates: PrintedObject[][], report: Report): void {
  const [[first]] = duplicates;
  const names = duplicates.map(([{ kind, name, namespace }]) => `${kind} '${name}' ${namespace === undefined ? 'of the cluster' : `in namespace '${namespace}'`}`);
  const overwrite = 'and the last to be applied overwrites the others';
  const told = names.length === 1
    ? `${duplicates[0].length} objects are ${names[0]}, ${overwrite}: ${duplicates[0].map(({ object }) => `'${object.node.path}'`).join(' and ')}`
    : `${origins(duplicates[0]).map(path => `'${path}'`).join(' and ')} print ${names.length} objects that are the same to the cluster, ${overwrite}: `
      + `${names.slice(0, EXAMPLES).join(', ')}${names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : ''}`;
  report('duplicate-object', `${told}. ${first.groupKind === 'Namespace' ? "Leave 'createNamespace' out of all but one."
    : "Give the parts different names ('name'; without it, the construct's id), or put them into charts of different namespaces."}`);
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
