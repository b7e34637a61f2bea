import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
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
  const besides = () => all.filter(other => other !== own && other.namespace === own.namespace && other.cluster === cluster);
  Graph.of(at).addCheck(at, report => besides().forEach(other => judge(own, other, report)));
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
