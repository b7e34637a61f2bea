import { Construct, type IConstruct } from 'constructs';
import { renderMermaid } from './mermaid';
import { drawPicture } from './picture';
import { renderSvg } from './svg';
import { shown } from '../core/field';

/** What a picture of the topology shows. */
export interface TopologyOptions {
  /** Draws the edges over which the platform scrapes its own programs as well; there is one to each program. @default false */
  readonly selfMonitoring?: boolean;
}

/**
 * A picture of who speaks to whom: a box for each workload and for everything outside of the app that it is connected to, and an
 * arrow from each client to its server. It is taken from the same graph as the NetworkPolicies and the addresses in arguments,
 * so it cannot differ from them; the same tree always gives the same picture.
 */
export class Topology {
  /** The topology of all workloads below `scope`, as the tree is when it is rendered. Throws if it is no construct. */
  public static of(scope: IConstruct, options: TopologyOptions = {}): Topology {
    if (!Construct.isConstruct(scope)) {
      throw new Error(`What 'Topology.of' is given must be a construct, e.g. a Chart, but is ${shown(scope)}.`);
    }
    return new Topology(scope, options);
  }

  private constructor(private readonly scope: IConstruct, private readonly options: TopologyOptions) {}

  /** A Mermaid flowchart, for Markdown. */
  public toMermaid(): string {
    return renderMermaid(drawPicture(this.scope, this.options));
  }

  /** An SVG image with a background of its own, so that it is readable on a light page and on a dark one. */
  public toSvg(): string {
    return renderSvg(drawPicture(this.scope, this.options), `Topology of ${this.scope.node.path || 'the app'}`);
  }
}
