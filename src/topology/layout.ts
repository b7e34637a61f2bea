import type * as dagre from '@dagrejs/dagre';
import type { Arrow, Box, Picture } from './picture';
import { lineHeight, textWidth } from './text-size';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Something with its middle at a point. */
export interface Placed extends Point, Size {}

export interface PlacedBox extends Placed {
  readonly box: Box;
}

export interface PlacedArrow {
  readonly arrow: Arrow;
  readonly label: Placed;
  /** From the lower or upper side of one box to that of the other. */
  readonly points: Point[];
}

interface Layout {
  readonly size: Size;
  readonly boxes: PlacedBox[];
  readonly arrows: PlacedArrow[];
}

/** Space around the text of a box, in pixels. */
export const PADDING = 12;

const MARGIN = 24;

function boxSize({ title, lines }: Box): Size {
  return {
    width: Math.ceil(Math.max(textWidth(title, 'title'), ...lines.map(line => textWidth(line, 'line'))) + 2 * PADDING),
    height: Math.ceil(lineHeight('title') + lines.length * lineHeight('line') + 2 * PADDING),
  };
}

function labelSize({ lines }: Arrow): Size {
  return {
    width: Math.ceil(Math.max(...lines.map(line => textWidth(line, 'line')))),
    height: Math.ceil(lines.length * lineHeight('line')),
  };
}

/** Puts clients above their servers, and lets as few arrows cross as can be. */
export function layOut({ boxes, arrows }: Picture): Layout {
  // Loaded here and not above: a synth draws no picture, and would pay for the library all the same.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const library = require('@dagrejs/dagre') as typeof dagre;
  const graph = new library.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 16, ranksep: 60, marginx: MARGIN, marginy: MARGIN });
  boxes.forEach(box => graph.setNode(box.id, boxSize(box)));
  arrows.forEach(arrow => graph.setEdge(arrow.from, arrow.to, { ...labelSize(arrow), labelpos: 'c' }));
  library.layout(graph);
  const placed = new Map(boxes.map(box => [box.id, { box, ...graph.node(box.id) as Placed }]));
  return {
    size: { width: 2 * MARGIN, height: 2 * MARGIN, ...graph.graph() as Partial<Size> },
    boxes: [...placed.values()],
    arrows: dock(placed, arrows.map(arrow => {
      const { points, ...label } = graph.edge(arrow.from, arrow.to) as Placed & { points: Point[] };
      return { arrow, label, points: throughLabel(points, label) };
    })),
  };
}

/** Straight through the label, and not aslant behind it. */
function throughLabel(points: Point[], { x, y, height }: Placed): Point[] {
  const half = points[0].y < points[points.length - 1].y ? height / 2 : -height / 2;
  return points.flatMap(point => (point.x === x && point.y === y ? [{ x, y: y - half }, { x, y: y + half }] : [point]));
}

interface End {
  readonly arrow: PlacedArrow;
  /** Which of its points it is. */
  readonly index: number;
  /** The point from which it comes to the box. */
  readonly next: Point;
}

/**
 * The library lets all arrows point to the middles of their boxes, so that they meet, and cut across others' corners. Here the arrows of
 * one side of a box are spread over it, in the order in which they come.
 */
function dock(boxes: Map<string, PlacedBox>, arrows: PlacedArrow[]): PlacedArrow[] {
  const sides = new Map<string, { box: PlacedBox; y: number; ends: End[] }>();
  const add = (box: PlacedBox, end: End) => {
    const below = end.next.y > box.y;
    const key = `${box.box.id} ${below}`;
    const side = sides.get(key) ?? { box, y: box.y + (below ? box.height : -box.height) / 2, ends: [] };
    side.ends.push(end);
    sides.set(key, side);
  };
  for (const arrow of arrows) {
    const last = arrow.points.length - 1;
    add(boxes.get(arrow.arrow.from)!, { arrow, index: 0, next: arrow.points[1] });
    add(boxes.get(arrow.arrow.to)!, { arrow, index: last, next: arrow.points[last - 1] });
  }
  const docks = new Map<PlacedArrow, Map<number, Point>>(arrows.map(arrow => [arrow, new Map()]));
  for (const { box, y, ends } of sides.values()) {
    [...ends].sort((a, b) => a.next.x - b.next.x).forEach(({ arrow, index }, place) =>
      docks.get(arrow)!.set(index, { x: box.x + box.width * ((place + 1) / (ends.length + 1) - 0.5), y }));
  }
  return arrows.map(arrow => ({ ...arrow, points: arrow.points.map((point, index) => docks.get(arrow)!.get(index) ?? point) }));
}
