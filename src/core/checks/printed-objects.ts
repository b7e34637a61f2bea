import { ApiObject, ApiObjectProps, App, Chart, Lazy, YamlOutputType } from 'cdk8s';
import type { ISecret } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { shapeProblem } from './patched-shape';
import { groupKind, isClusterScoped } from '../kinds';
import type { KubeObject } from '../kube-object';

/** An object of the API as it is printed, users' patches and all. */
export interface PrintedObject {
  readonly object: ApiObject;
  readonly kind: string;
  /** The kind with its API group. */
  readonly groupKind: string;
  /** @default - the object has none, it belongs to the cluster */
  readonly namespace?: string;
  readonly name: string;
}

/** A patch that does not fit its object. */
interface BrokenPatch {
  readonly object: ApiObject;
  readonly reason: string;
}

/** `instanceof` of cdk8s takes every object of the API for one of ours. */
const isOurs = (object: ApiObject): object is KubeObject => 'manifest' in object && 'patched' in object;

/** What `Secret.fromSecretName` makes; a Secret that is printed has its object below it. */
const isImportedSecret = (construct: object): construct is ISecret =>
  'resourceType' in construct && construct.resourceType === 'secrets' && !('apiObject' in construct);

/** What cdk8s says of a patch, without its own words around it and the whole object behind it. */
function reasonOf({ message }: Error): string {
  const [reason] = message.replace(/^Failed serializing construct at path '[^']*' with name '[^']*': /, '').replace(/^Error: /, '').split('\n');
  return reason.startsWith('TypeError') ? 'its path leads to what is not there' : reason;
}

const isCronJob = (manifest: Deployment | StatefulSet | Job | CronJob): manifest is CronJob => manifest.kind === 'CronJob';

const identity = ({ groupKind: kind, namespace = '', name }: Pick<PrintedObject, 'groupKind' | 'namespace' | 'name'>): string => [kind, namespace, name].join(' ');

/**
 * The objects of a tree by what they are called in the cluster. Rendering is most of what a synth costs, so that objects are
 * rendered for a check only where somebody has patched them.
 */
export class PrintedObjects {
  private readonly byChart = new Map<Chart, Map<string, PrintedObject[]>>();
  private readonly byKind = new Map<Chart, Map<string, PrintedObject[]>>();
  private readonly rendered = new Map<ApiObject, ApiObjectProps>();
  private readonly templates = new Map<ApiObject, PodTemplateSpec>();
  private readonly secrets = new Map<string, PrintedObject[]>();
  private readonly importedSecrets = new Set<string>();
  private readonly broken: BrokenPatch[] = [];
  private shared?: PrintedObject[][];

  constructor(root: IConstruct) {
    for (const construct of root.node.findAll()) {
      if (ApiObject.isApiObject(construct)) {
        this.add(construct);
      } else if (isImportedSecret(construct)) {
        this.importedSecrets.add(construct.name);
      }
    }
  }

  /** The object of that identity, its kind with the API group. Only within one chart, for others may be for other clusters. */
  public find(chart: Chart, kind: string, namespace: string | undefined, name: string): PrintedObject | undefined {
    return this.byChart.get(chart)?.get(identity({ groupKind: kind, namespace, name }))?.[0];
  }

  /** The objects of a kind, named with its API group. Only within one chart, for others may be for other clusters. */
  public ofKind(chart: Chart, kind: string): PrintedObject[] {
    return this.byKind.get(chart)?.get(kind) ?? [];
  }

  /** Secrets of a name that the app makes, in all charts; none if that name is imported as well, for then nobody knows which one is meant. */
  public madeSecrets(name: string): PrintedObject[] {
    return this.importedSecrets.has(name) ? [] : this.secrets.get(name) ?? [];
  }

  /** What is printed for an object. One of ours without patches is given as it was made: its lazy values are not resolved. */
  public manifest(object: ApiObject): ApiObjectProps {
    const known = this.rendered.get(object) ?? (isOurs(object) ? object.manifest : object.toJson() as ApiObjectProps);
    this.rendered.set(object, known);
    return known;
  }

  /** The pods of a controller; made once for all checks. */
  public podTemplate(controller: ApiObject): PodTemplateSpec {
    const known = this.templates.get(controller);
    if (known) {
      return known;
    }
    const manifest = this.manifest(controller) as Deployment | StatefulSet | Job | CronJob;
    const { template } = isCronJob(manifest) ? manifest.spec!.jobTemplate.spec! : manifest.spec!;
    // Lazy, in an object that is not rendered.
    const made = template instanceof Lazy ? template.produce() as PodTemplateSpec : template;
    this.templates.set(controller, made);
    return made;
  }

  /** Objects of a chart that overwrite each other in the cluster. */
  public duplicates(chart: Chart): PrintedObject[][] {
    return [...this.byChart.get(chart)?.values() ?? []].filter(({ length }) => length > 1);
  }

  /** Objects of one identity in several charts, which overwrite each other if these charts are for the same cluster. */
  public get acrossCharts(): PrintedObject[][] {
    this.shared ??= this.findShared();
    return this.shared;
  }

  /** Objects that cdk8s writes to one file, one over the other: it names a file of one object after kind and name alone. Told of the first one's chart. */
  public overwritten(chart: Chart): PrintedObject[][] {
    const { root } = chart.node;
    const outputType = root instanceof App ? root.yamlOutputType : undefined;
    if (outputType !== YamlOutputType.FILE_PER_RESOURCE && outputType !== YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE) {
      return [];
    }
    const charts = outputType === YamlOutputType.FILE_PER_RESOURCE ? [...this.byChart.keys()] : [chart];
    const files = new Map<string, PrintedObject[]>();
    // Those of one identity in one chart are duplicates, and told as such.
    for (const [printed] of charts.flatMap(each => [...this.byChart.get(each)!.values()])) {
      const file = `${printed.kind}.${printed.name}`;
      files.set(file, [...files.get(file) ?? [], printed]);
    }
    return [...files.values()].filter(objects => objects.length > 1 && Chart.of(objects[0].object) === chart);
  }

  /** All objects of a chart. */
  public of(chart: Chart): PrintedObject[] {
    return [...this.byChart.get(chart)?.values() ?? []].flat();
  }

  /** The object of a chart that was made with this name and is printed with another. */
  public renamed(chart: Chart, kind: string, name: string): PrintedObject | undefined {
    return this.ofKind(chart, kind).find(({ object }) => object.name === name);
  }

  /** Patches of objects of a chart that cannot be applied. */
  public brokenPatches(chart: Chart): BrokenPatch[] {
    return this.broken.filter(({ object }) => Chart.of(object) === chart);
  }

  private findShared(): PrintedObject[][] {
    const all = new Map<string, PrintedObject[]>();
    for (const [key, objects] of [...this.byChart.values()].flatMap(chart => [...chart])) {
      const alike = all.get(key) ?? [];
      alike.push(...objects);
      all.set(key, alike);
    }
    return [...all.values()].filter(([first, ...others]) => others.some(({ object }) => Chart.of(object) !== Chart.of(first.object)));
  }

  private add(object: ApiObject): void {
    const { apiVersion, kind, metadata } = isOurs(object) && object.patched ? this.render(object) : object;
    const type = groupKind(apiVersion, kind);
    const namespace = isClusterScoped(type) ? undefined : metadata?.namespace ?? object.metadata.namespace ?? 'default';
    const printed: PrintedObject = { object, kind, groupKind: type, namespace, name: metadata?.name ?? object.name };
    const chart = Chart.of(object);
    const objects = this.byChart.get(chart) ?? new Map<string, PrintedObject[]>();
    const key = identity(printed);
    this.byChart.set(chart, objects.set(key, [...objects.get(key) ?? [], printed]));
    const kinds = this.byKind.get(chart) ?? new Map<string, PrintedObject[]>();
    const alike = kinds.get(type) ?? [];
    alike.push(printed);
    this.byKind.set(chart, kinds.set(type, alike));
    if (type === 'Secret') {
      this.secrets.set(printed.name, [...this.secrets.get(printed.name) ?? [], printed]);
    }
  }

  private render(object: KubeObject): ApiObjectProps {
    try {
      const made = object.toJson() as ApiObjectProps;
      const problem = shapeProblem(made);
      if (problem) {
        this.broken.push({ object, reason: `of what it leaves, ${problem}` });
      } else {
        this.rendered.set(object, made);
      }
    } catch (error) {
      this.broken.push({ object, reason: reasonOf(error as Error) });
    }
    return this.manifest(object);
  }
}
