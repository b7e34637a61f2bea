import type { BoxStyle } from './picture';

/** Colours of a box, for both kinds of picture; dark text on light fill, readable on any page. */
interface Colours {
  readonly fill: string;
  readonly border: string;
  /** Whether the border is dashed. */
  readonly dashed?: boolean;
}

export const TEXT_COLOUR = '#1f2430';

export const COLOURS: Record<BoxStyle, Colours> = {
  thanos: { fill: '#efeaff', border: '#6d41ff' },
  prometheus: { fill: '#fdebe5', border: '#e6522c' },
  other: { fill: '#e8f1fb', border: '#3b7dd8' },
  outside: { fill: '#f3f4f6', border: '#8a919e', dashed: true },
};
