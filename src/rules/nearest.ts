/** Fewest letters that are put in, left out or changed to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}

/** The word that was probably meant: one with few other letters, or one that has it in it. */
export function nearest(word: string, known: string[]): string | undefined {
  const small = word.toLowerCase();
  const ranked = known.map(name => ({ name, far: distance(small, name.toLowerCase()) })).sort((a, b) => a.far - b.far);
  const close = ranked.find(({ far }) => far <= Math.max(1, Math.floor(word.length / 3)));
  return close?.name ?? (word.length > 2 ? known.find(name => name.toLowerCase().includes(small)) : undefined);
}
