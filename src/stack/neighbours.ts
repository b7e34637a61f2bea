import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { PrintedObject, PrintedObjects } from '../core/checks/printed-objects';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';

/** A platform, as others see it. */
interface Neighbour {
  readonly at: Construct;
  readonly name: string;
  readonly namespace: string;
  /** @default - what was given is none, which is an error */
  readonly cluster?: string;
}

/** All platforms of a construct tree. */
const NEIGHBOURS = new WeakMap<IConstruct, Neighbour[]>();

/** Tells a platform from others of its tree, in whichever chart they are. Charts may be those of several clusters, which only `cluster` says. */
export function addNeighbour(at: Construct, { name, cluster }: Pick<Neighbour, 'name' | 'cluster'>): void {
  const { root } = at.node;
  const own = { at, name, cluster, namespace: Chart.of(at).namespace ?? 'default' };
  const all = NEIGHBOURS.get(root) ?? [];
  all.push(own);
  NEIGHBOURS.set(root, all);
  const besides = () => all.filter(other => other !== own && other.cluster === cluster);
  Graph.of(at).addCheck(at, (report, printed) => besides().forEach(other => {
    if (other.namespace === own.namespace) {
      judge(own, other, report);
    }
    if (other.namespace !== own.namespace || other.name !== own.name) {
      judgeShared(own, other, printed, report);
    }
  }));
}

function judge({ at, name, namespace, cluster }: Neighbour, other: Neighbour, report: Report): void {
  // Within one chart, each of their objects is told to be there twice.
  if (other.name === name && cluster !== undefined && Chart.of(at) !== Chart.of(other.at)) {
    report('platform-twice', `The platform '${name}' of '${other.at.node.path}' is in the same namespace '${namespace}' of the same cluster '${cluster}', so that the last to be applied overwrites all objects of the other. `
      + 'Give one of them another \'name\', or a namespace of its own; or its own \'cluster\', if it is another one.');
  }
  if (other.name.startsWith(`${name}-`)) {
    report('platform-names-alike', `The platform '${other.name}' is in the same namespace '${namespace}', and its name begins with that of '${name}': the alerts of '${name}' about containers and volumes, which kubelets `
      + `know by the names of pods alone, are about those of '${other.name}' as well. Give one of them a 'name' that does not begin with the other's, or a namespace of its own.`, Severity.WARNING);
  }
}

/** Names are made of those of namespace and platform, and two pairs of these may make the same one: `mon` and `eu-p`, `mon-eu` and `p`. */
function judgeShared(own: Neighbour, other: Neighbour, printed: PrintedObjects, report: Report): void {
  const of = ({ at }: Neighbour, objects: PrintedObject[]) => objects.find(({ object }) => object.node.path.startsWith(`${at.node.path}/`));
  const shared = printed.acrossCharts.flatMap(objects => {
    const [mine, theirs] = [of(own, objects), of(other, objects)];
    return mine && theirs && differ(mine, theirs) ? [mine] : [];
  });
  if (shared.length > 0 && own.cluster !== undefined) {
    report('platforms-share-objects', `The platform '${other.name}' of '${other.at.node.path}', in namespace '${other.namespace}' of the same cluster '${own.cluster}', prints other objects of the same names: `
      + `${shared.map(({ kind, name, namespace }) => `${kind} '${name}'${namespace === undefined ? '' : ` in namespace '${namespace}'`}`).join(', ')}. The last to be applied overwrites those of the other. `
      + `${shared.every(({ groupKind }) => groupKind === 'Namespace') ? 'Leave \'createNamespace\' out of one of them' : 'Give one of them another \'name\''}; or give it its own 'cluster', if it is another one.`);
  }
}

// Only objects that share their name are rendered.
const differ = ({ object: one }: PrintedObject, { object: other }: PrintedObject): boolean => JSON.stringify(one.toJson()) !== JSON.stringify(other.toJson());
