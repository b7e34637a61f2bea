const OPTION = '--only';

/** npm hands on the words of a quoted argument one by one; those that follow `--only` are put together again, up to the next option. */
export function withWholeTexts(argv: readonly string[]): string[] {
  const whole: string[] = [];
  for (const arg of argv) {
    const goesOn = whole.at(-2) === OPTION && !arg.startsWith('--');
    if (goesOn) whole.push(`${whole.pop()} ${arg}`);
    else whole.push(arg);
  }
  return whole;
}

/** The texts between commas, beside those of earlier options. */
export const textsIn = (list: string, earlier: readonly string[] = []): string[] => [...earlier, ...list.split(',').map(text => text.trim()).filter(Boolean)];
