/** Kinds of text, each with the size of its font in pixels and how much wider its weight makes it. */
export const FONTS = {
  title: { size: 14, weight: 600, wider: 1.12 },
  line: { size: 12, weight: 400, wider: 1 },
} as const;

type Font = keyof typeof FONTS;

/**
 * Width of letters as a share of the font's size. Nobody knows the viewer's font: these are, rounded up, the widths of DejaVu Sans,
 * the widest sans-serif font in common use, so that no text runs over its box.
 */
const LETTERS: [RegExp, number][] = [
  [/[ijl.,:;' ]/, 0.34],
  [/[frt()/-]/, 0.42],
  [/[mwMW@%]/, 0.99],
  [/[A-Z]/, 0.75],
  [/./, 0.64],
];

export function textWidth(text: string, font: Font): number {
  const letters = [...text].reduce((sum, letter) => sum + LETTERS.find(([pattern]) => pattern.test(letter))![1], 0);
  return letters * FONTS[font].size * FONTS[font].wider;
}

export const lineHeight = (font: Font): number => FONTS[font].size * 1.35;
