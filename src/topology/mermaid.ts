import { COLOURS, TEXT_COLOUR } from './colours';
import type { BoxStyle, Picture } from './picture';

/** Between quotes Mermaid reads HTML, and `#` begins its own way to write a character by its number. */
const quoted = (lines: string[]): string =>
  `"${lines.map(line => line.replace(/[#"&<>]/g, character => `#${character.charCodeAt(0)};`)).join('<br/>')}"`;

/** A flowchart as Mermaid reads it. */
export function renderMermaid({ boxes, arrows }: Picture): string {
  const styles = [...new Set(boxes.map(({ style }) => style))];
  return [
    'flowchart TB',
    ...boxes.map(({ id, title, lines, style }) => `  ${id}(${quoted([title, ...lines])}):::${style}`),
    ...arrows.map(({ from, to, lines }) => `  ${from} -->|${quoted(lines)}| ${to}`),
    ...styles.map(classDefinition),
    '',
  ].join('\n');
}

function classDefinition(style: BoxStyle): string {
  const { fill, border, dashed } = COLOURS[style];
  return `  classDef ${style} fill:${fill},stroke:${border},color:${TEXT_COLOUR}${dashed ? ',stroke-dasharray:4 3' : ''}`;
}
