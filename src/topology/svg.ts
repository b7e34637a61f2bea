import { COLOURS, TEXT_COLOUR } from './colours';
import { layOut, PADDING, PlacedArrow, PlacedBox, Point } from './layout';
import type { Picture } from './picture';
import { FONTS, lineHeight } from './text-size';

const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const BACKGROUND = '#ffffff';
const ARROW_COLOUR = '#5b6270';
const LABEL_COLOUR = '#4a5160';

/** From the middle of a line's height down to the baseline of its letters, as a share of the line's height. */
const BASELINE = 0.25;

const number = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string => text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);

/** Leaves and reaches each point vertically, so that it stays in the gap between two rows of boxes while it moves sideways. */
function curve([first, ...rest]: Point[]): string {
  let { x, y } = first;
  const pieces = rest.map(to => {
    const middle = number((y + to.y) / 2);
    const piece = `C ${number(x)} ${middle} ${number(to.x)} ${middle} ${number(to.x)} ${number(to.y)}`;
    ({ x, y } = to);
    return piece;
  });
  return [`M ${number(first.x)} ${number(first.y)}`, ...pieces].join(' ');
}

function drawBox({ box: { title, lines, style }, x, y, width, height }: PlacedBox): string[] {
  const { fill, border, dashed } = COLOURS[style];
  const { size, weight } = FONTS.title;
  const top = y - height / 2;
  const belowTitle = top + PADDING + lineHeight('title');
  return [
    `<rect x="${number(x - width / 2)}" y="${number(top)}" width="${number(width)}" height="${number(height)}" rx="8" `
      + `fill="${fill}" stroke="${border}" stroke-width="1.5"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
    `<text x="${number(x)}" y="${number(belowTitle - lineHeight('title') * BASELINE)}" font-size="${size}" font-weight="${weight}">${escaped(title)}</text>`,
    ...lines.map((line, index) =>
      `<text x="${number(x)}" y="${number(belowTitle + (index + 1 - BASELINE) * lineHeight('line'))}">${escaped(line)}</text>`),
  ];
}

function drawLine({ points }: PlacedArrow): string {
  return `<path d="${curve(points)}" fill="none" stroke="${ARROW_COLOUR}" stroke-width="1.4" marker-end="url(#arrow)"/>`;
}

/** On a patch of the background, so that no arrow runs through the text. */
function drawLabel({ arrow: { lines }, label: { x, y, width, height } }: PlacedArrow): string[] {
  const top = y - height / 2;
  return [
    `<rect x="${number(x - width / 2)}" y="${number(top)}" width="${number(width)}" height="${number(height)}" rx="4" fill="${BACKGROUND}"/>`,
    ...lines.map((line, index) =>
      `<text x="${number(x)}" y="${number(top + (index + 1 - BASELINE) * lineHeight('line'))}" fill="${LABEL_COLOUR}">${escaped(line)}</text>`),
  ];
}

/** The picture as an SVG document. */
export function renderSvg(picture: Picture, title: string): string {
  const { size, boxes, arrows } = layOut(picture);
  const [w, h] = [Math.ceil(size.width), Math.ceil(size.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
      + `<path d="M 0 0 L 10 5 L 0 10 z" fill="${ARROW_COLOUR}"/></marker></defs>`,
    `<rect width="${w}" height="${h}" rx="12" fill="${BACKGROUND}"/>`,
    `<g font-family="${FAMILY}" font-size="${FONTS.line.size}" text-anchor="middle" fill="${TEXT_COLOUR}">`,
    ...[...arrows.map(drawLine), ...boxes.flatMap(drawBox), ...arrows.flatMap(drawLabel)].map(line => `  ${line}`),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
