import type { IConstruct } from 'constructs';
import { FIXED_FLAGS } from './fixed-flags';
import type { FlagRow } from './flag-rows';
import { OLD_FLAGS } from './removed-flags';
import { Severity } from '../findings';
import { Graph } from '../graph';
import { IMAGES } from '../images';
import type { GroupLabels } from '../labels';

interface Argument {
  readonly text: string;
  readonly flag: string;
  readonly value?: string;
}

function parse(text: string): Argument {
  const [, flag, value] = /^--(?:no-)?([^=]+)(?:=([\s\S]*))?$/.exec(text) ?? [];
  return { text, flag: flag ?? text, value };
}

/** Judges arguments by hand: flags that the program has given up, and flags on which other parts or the cluster depend. */
export function checkExtraArgs(at: IConstruct, { program, component }: GroupLabels, extraArgs: string[] = []): void {
  const concerns = (row: FlagRow, { flag }: Argument): boolean =>
    row.program === program && row.flag === flag && (row.components?.includes(component) ?? true);
  for (const argument of extraArgs.map(parse)) {
    const old = OLD_FLAGS.find(row => concerns(row, argument) && (row.value === undefined || argument.value?.split(',').includes(row.value)));
    if (old) {
      const what = old.value ? `'${old.value}' in '${argument.text}'` : `'--${old.flag}'`;
      const [rule, severity, says] = old.removed
        ? ['flag-removed', Severity.ERROR, 'no longer knows; it would not start'] as const
        : ['flag-deprecated', Severity.WARNING, 'has deprecated or no longer needs'] as const;
      Graph.of(at).report(at, rule, `'extraArgs' has ${what}, which ${program} ${IMAGES[program].version} ${says}. ${old.instead}`, severity);
    }
    const fixed = FIXED_FLAGS.find(row => concerns(row, argument));
    if (fixed && (fixed.allowed === undefined || argument.value !== fixed.allowed)) {
      Graph.of(at).report(at, 'flag-fixed', `'extraArgs' has '${argument.text}', which must not be set by hand. ${fixed.because}`);
    }
  }
}

/** A flag that a prop covers belongs there: by hand, neither the plan nor a check sees its value. */
export function checkCoveredFlags(at: IConstruct, fields: object, extraArgs: string[] = [], prefix = ''): void {
  const props = new Map(Object.entries(fields as Record<string, { flag?: string }>).map(([prop, { flag }]) => [flag, prop]));
  for (const { text, flag } of extraArgs.map(parse)) {
    const prop = props.get(flag);
    if (prop) {
      Graph.of(at).report(at, 'flag-covered-by-prop', `'${prefix}extraArgs' has '${text}', for which there is the prop '${prefix}${prop}': by hand, neither the plan `
        + 'nor any check sees its value. Use the prop.', Severity.WARNING);
    }
  }
}
