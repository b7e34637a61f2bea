import type { IConstruct } from 'constructs';
import { peerText } from './peer-text';
import type { TopologyOptions } from './topology';
import type { ComponentPods } from '../core/component-pods';
import type { Endpoint } from '../core/endpoint';
import { Graph, PeerEdge } from '../core/graph';
import { ProgramName } from '../core/images';

/** Which colours a box has. */
export type BoxStyle = 'thanos' | 'prometheus' | 'other' | 'outside';

/** A workload, or something outside of the app. */
export interface Box {
  readonly id: string;
  readonly style: BoxStyle;
  readonly title: string;
  readonly lines: string[];
}

/** Connections from one box to another: who opens them, why, and to which ports. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly lines: string[];
}

export interface Picture {
  readonly boxes: Box[];
  readonly arrows: Arrow[];
}

const STYLES: Record<ProgramName, BoxStyle> = {
  [ProgramName.THANOS]: 'thanos',
  [ProgramName.PROMETHEUS]: 'prometheus',
  [ProgramName.CONFIG_RELOADER]: 'other',
  [ProgramName.VERSITY_GATEWAY]: 'other',
  [ProgramName.CONTINUOUS_TEST]: 'other',
  [ProgramName.TARGET_ALLOCATOR]: 'prometheus',
  [ProgramName.ALERTMANAGER]: 'prometheus',
  [ProgramName.ALARM_RECORDER]: 'other',
  [ProgramName.PUSHGATEWAY]: 'prometheus',
  [ProgramName.PUSHGATEWAY_CLIENT]: 'other',
  [ProgramName.RULE_LOADER]: 'other',
  [ProgramName.JOB_LOADER]: 'other',
};

/** Collects boxes and arrows, each once, in the order in which they were first met. */
class Sketch {
  private readonly boxes = new Map<unknown, Box>();
  private readonly arrows = new Map<string, Map<string, Set<number>>>();

  public workload(workload: ComponentPods): string {
    return this.box(workload, STYLES[workload.group.program], workload.name, [
      ...(workload.group.component === workload.name ? [] : [workload.group.component]), podsText(workload),
    ]);
  }

  public server(endpoint: Endpoint): string {
    return endpoint._owned ? this.workload(endpoint._owned.workload) : this.outside(endpoint.host, []);
  }

  public outside(title: string, lines: string[]): string {
    return this.box(JSON.stringify([title, lines]), 'outside', title, lines);
  }

  public arrow(from: string, to: string, why: string, ports: number[]): void {
    // What the pods of one workload say among themselves is no arrow.
    if (from === to) {
      return;
    }
    const key = `${from} ${to}`;
    const reasons = this.arrows.get(key) ?? new Map<string, Set<number>>();
    this.arrows.set(key, reasons.set(why, new Set([...reasons.get(why) ?? [], ...ports])));
  }

  public finish(): Picture {
    const arrows = [...this.arrows].map(([key, reasons]) => {
      const [from, to] = key.split(' ');
      return { from, to, lines: labelOf(reasons) };
    });
    return { boxes: [...this.boxes.values()], arrows };
  }

  private box(key: unknown, style: BoxStyle, title: string, lines: string[]): string {
    const box = this.boxes.get(key) ?? { id: `n${this.boxes.size + 1}`, style, title, lines };
    this.boxes.set(key, box);
    return box.id;
  }
}

/** All workloads below `scope`, whatever they are connected to, and the connections. */
export function drawPicture(scope: IConstruct, { selfMonitoring = false }: TopologyOptions): Picture {
  const { workloads, jobs, edges, peerEdges } = Graph.of(scope);
  const inside = new Set<ComponentPods>([...workloads, ...jobs].filter(workload => workload.node.scopes.includes(scope)));
  const sketch = new Sketch();
  inside.forEach(workload => sketch.workload(workload));
  for (const { from, to, why, selfMonitoring: watches } of edges) {
    const touches = inside.has(from) || (to._owned !== undefined && inside.has(to._owned.workload));
    if (touches && (selfMonitoring || !watches)) {
      sketch.arrow(sketch.workload(from), sketch.server(to), why, [to.port]);
    }
  }
  peerEdges.filter(({ workload }) => inside.has(workload)).forEach(edge => drawPeer(sketch, edge));
  return sketch.finish();
}

function drawPeer(sketch: Sketch, { workload, direction, peer, why, name, ports = [] }: PeerEdge): void {
  const own = sketch.workload(workload);
  const [title, ...lines] = name ? [name] : peerText(peer);
  const other = sketch.outside(title, lines);
  if (direction === 'from') {
    sketch.arrow(other, own, why, ports);
  } else {
    sketch.arrow(own, other, why, peer.ports.map(({ port }) => port));
  }
}

/** Reasons, each a line, and below those of the same ports their ports. */
function labelOf(reasons: Map<string, Set<number>>): string[] {
  const byPorts = new Map<string, string[]>();
  for (const [why, ports] of reasons) {
    const text = [...ports].map(port => `:${port}`).join(' ');
    byPorts.set(text, [...byPorts.get(text) ?? [], why]);
  }
  return [...byPorts].flatMap(([ports, whys]) => [...whys, ...(ports ? [ports] : [])]);
}

/** `StatefulSet, 3 pods`, or `4 StatefulSets, 2 pods each`. */
function podsText({ kind, replicas: [first, ...others], autoscaled }: ComponentPods): string {
  const pods = (count: number) => `${autoscaled ? 'about ' : ''}${count} ${count === 1 ? 'pod' : 'pods'}`;
  if (others.length === 0) {
    return `${kind}, ${pods(first)}`;
  }
  const even = others.every(count => count === first);
  const total = others.reduce((sum, count) => sum + count, first);
  return `${others.length + 1} ${kind}s, ${even ? `${pods(first)} each` : pods(total)}`;
}
