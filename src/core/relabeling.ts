import { Field, isRecord, shown, text } from './fields';

/** A replacement: the matched part of one or several labels becomes another label. */
export interface ReplaceOptions {
  /** Label that is written; an empty result removes it. `$1` stands for a group of `regex`. */
  readonly targetLabel: string;
  /** Labels whose values are joined and matched. @default - none, so that an empty text is matched */
  readonly sourceLabels?: string[];
  /** Stands between the values of several source labels. @default ; */
  readonly separator?: string;
  /** What the whole of the joined values must match; without a match nothing is written. RE2 syntax. @default (.*) */
  readonly regex?: string;
  /** What is written; `$1` stands for a group of `regex`, `$$` for a dollar sign. @default $1 */
  readonly replacement?: string;
}

/** A step of relabeling as Prometheus reads it. */
export interface RelabelConfig {
  readonly action: string;
  readonly source_labels?: string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement?: string;
}

/**
 * One step of `relabel_configs`, `metric_relabel_configs` or `write_relabel_configs`.
 *
 * Labels that begin with `__meta_` come from discovery, those with `__tmp_` are for steps to hand things on;
 * none of both reaches a series. A step that is wrong is reported where it is used.
 */
export class Relabeling {
  /** Keeps what matches, and drops the rest. */
  public static keep(sourceLabels: string[], regex: string): Relabeling {
    return new Relabeling({ action: 'keep', source_labels: sourceLabels, regex });
  }

  /** Drops what matches. */
  public static drop(sourceLabels: string[], regex: string): Relabeling {
    return new Relabeling({ action: 'drop', source_labels: sourceLabels, regex });
  }

  /** Keeps what has the same value in both. */
  public static keepEqual(sourceLabels: string[], targetLabel: string): Relabeling {
    return new Relabeling({ action: 'keepequal', source_labels: sourceLabels, target_label: targetLabel });
  }

  /** Drops what has the same value in both. */
  public static dropEqual(sourceLabels: string[], targetLabel: string): Relabeling {
    return new Relabeling({ action: 'dropequal', source_labels: sourceLabels, target_label: targetLabel });
  }

  /** Writes a label from others. */
  public static replace(options: ReplaceOptions): Relabeling {
    const { sourceLabels, separator, regex, targetLabel, replacement }: ReplaceOptions = options ?? {};
    return new Relabeling({ action: 'replace', source_labels: sourceLabels, separator, regex, target_label: targetLabel, replacement });
  }

  /** Copies a label; one that is not there removes the target label. */
  public static copy(sourceLabel: string, targetLabel: string): Relabeling {
    return Relabeling.replace({ sourceLabels: [sourceLabel], targetLabel });
  }

  /** Gives a label a fixed value; an empty one removes the label. */
  public static set(targetLabel: string, value: string): Relabeling {
    return new Relabeling(constantLabel(targetLabel, value));
  }

  /** Writes the hash of labels, modulo a number. */
  public static hashMod(sourceLabels: string[], targetLabel: string, modulus: number): Relabeling {
    return new Relabeling({ action: 'hashmod', source_labels: sourceLabels, target_label: targetLabel, modulus });
  }

  /** Copies each label whose name matches to a name made of it, by default that of the first group. */
  public static labelMap(regex: string, replacement = '$1'): Relabeling {
    return new Relabeling({ action: 'labelmap', regex, replacement });
  }

  /** Removes each label whose name matches. */
  public static labelDrop(regex: string): Relabeling {
    return new Relabeling({ action: 'labeldrop', regex });
  }

  /** Removes each label whose name does not match. */
  public static labelKeep(regex: string): Relabeling {
    return new Relabeling({ action: 'labelkeep', regex });
  }

  /** Writes labels in lower case. */
  public static lowercase(sourceLabels: string[], targetLabel: string): Relabeling {
    return new Relabeling({ action: 'lowercase', source_labels: sourceLabels, target_label: targetLabel });
  }

  /** Writes labels in upper case. */
  public static uppercase(sourceLabels: string[], targetLabel: string): Relabeling {
    return new Relabeling({ action: 'uppercase', source_labels: sourceLabels, target_label: targetLabel });
  }

  /** A step in Prometheus' own words, e.g. `{ action: 'drop', source_labels: ['pod'], regex: 'debug-.*' }`. */
  public static raw(config: Record<string, string | number | string[]>): Relabeling {
    return new Relabeling(config as unknown as RelabelConfig);
  }

  private constructor(
    /** @internal */
    public readonly _config: RelabelConfig,
  ) {}
}

/** A text inside of a regular expression. */
export const literal = (value: string): string => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Gives a label a fixed value, whatever dollar signs are in it. */
export function constantLabel(targetLabel: string, value: string): RelabelConfig {
  // What is no text is reported where the step is used.
  return { action: 'replace', target_label: targetLabel, replacement: typeof value === 'string' ? escapeDollars(value) : value };
}

/** Prometheus expands `$1` in replacements and `$NAME` in external labels; `$$` is a dollar sign in both. */
export const escapeDollars = (value: string): string => value.replace(/\$/g, '$$$$');

/** What the config-reloader would replace by a variable of its environment; it knows no escape. */
const hasVariable = (value: string): boolean => /\$\([A-Za-z0-9_]+\)/.test(value);

/** The row of a text that stands in the configuration as it is. */
export const configText = (what = 'a text that is not empty', pattern = /\S/): Field<string> => {
  const own = text(what, pattern);
  return { ...own, problem: value => own.problem(value) ?? (hasVariable(value) ? VARIABLE : undefined) };
};

const VARIABLE = 'must be a text without \'$(NAME)\', which the config-reloader would replace by a variable';

/** The row of a step of relabeling. */
export const relabeling = (): Field<Relabeling> => ({
  problem: value => (value instanceof Relabeling ? problemOf(value._config)
    : `must be a Relabeling, e.g. Relabeling.drop(['pod'], 'debug-.*'), but is ${shown(value)}`),
  base: value => value,
});

const KEYS = ['action', 'source_labels', 'separator', 'regex', 'modulus', 'target_label', 'replacement'];

/** What each action needs, beside `regex`. */
const NEEDS: Record<string, ('source_labels' | 'target_label' | 'modulus' | 'regex')[]> = {
  keep: ['source_labels', 'regex'],
  drop: ['source_labels', 'regex'],
  keepequal: ['source_labels', 'target_label'],
  dropequal: ['source_labels', 'target_label'],
  replace: ['target_label'],
  hashmod: ['source_labels', 'target_label', 'modulus'],
  labelmap: ['regex'],
  labeldrop: ['regex'],
  labelkeep: ['regex'],
  lowercase: ['source_labels', 'target_label'],
  uppercase: ['source_labels', 'target_label'],
};

const GOOD = {
  source_labels: (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(label => typeof label === 'string' && label !== ''),
  target_label: (value: unknown) => typeof value === 'string' && /^[a-zA-Z_$]([a-zA-Z0-9_]|\$|\{|\})*$/.test(value),
  modulus: (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0,
  regex: (value: unknown) => value !== undefined,
};

const MUST = {
  source_labels: 'names at least one source label',
  target_label: 'has a target label of letters, digits and \'_\'',
  modulus: 'has a modulus that is a whole number of at least 1',
  regex: 'has a regex',
};

function problemOf(config: RelabelConfig): string | undefined {
  const { action = 'replace', regex }: Partial<RelabelConfig> = isRecord(config) ? config : {};
  const given = `the one given is ${shown(config)}`;
  const needs = NEEDS[action];
  if (!needs) {
    return `must have an action that Prometheus knows (${Object.keys(NEEDS).join(', ')}); ${given}`;
  }
  const missing = needs.find(key => !GOOD[key](config?.[key]));
  if (missing) {
    return `must be a step that ${MUST[missing]}; ${given}`;
  }
  if (regex !== undefined && !compiles(regex)) {
    return `must be a step whose regex is valid RE2, without look-around or back-references; ${given}`;
  }
  const unknown = Object.keys(config).filter(key => !KEYS.includes(key));
  if (unknown.length > 0) {
    return `must be a step of ${KEYS.join(', ')}, but has ${unknown.map(key => `'${key}'`).join(' and ')}; ${given}`;
  }
  if ([config.separator, config.replacement].some(value => value !== undefined && typeof value !== 'string')) {
    return `must be a step whose separator and replacement are texts; ${given}`;
  }
  return hasVariable(Object.values(config).join(' ')) ? `must be a step without '$(NAME)', which the config-reloader would replace by a variable; ${given}` : undefined;
}

/** Whether RE2 takes it, as far as JavaScript's own expressions can tell. */
function compiles(regex: unknown): boolean {
  if (typeof regex !== 'string' || /\(\?(=|!|<=|<!)|\\[1-9]/.test(regex)) {
    return false;
  }
  try {
    // What only RE2 has: names of groups, and flags inside.
    new RegExp(regex.replace(/\(\?P</g, '(?<').replace(/\(\?[imsU-]+([:)])/g, (_, end: string) => (end === ':' ? '(?:' : '(?:)')));
    return true;
  } catch {
    return false;
  }
}
