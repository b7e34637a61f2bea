import { copied, Field, isRecord, shown, text } from './fields';
import { compileRe2 } from './re2';

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
    const { sourceLabels, separator, regex, targetLabel, replacement, ...unknown }: ReplaceOptions = options ?? {};
    const config = { action: 'replace', source_labels: sourceLabels, separator, regex, target_label: targetLabel, replacement };
    return new Relabeling(config, Object.keys(unknown));
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

  /** @internal */
  public readonly _config: RelabelConfig;

  private constructor(
    config: RelabelConfig,
    /** Options that no step has. @internal */
    public readonly _unknown: string[] = [],
  ) {
    // What the caller does with the lists later must not get into what was judged.
    this._config = copied(config);
  }
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
  problem: value => (value instanceof Relabeling ? unknownOptions(value) ?? problemOf(value._config)
    : `must be a Relabeling, e.g. Relabeling.drop(['pod'], 'debug-.*'), but is ${shown(value)}`),
  base: value => value,
});

const REPLACE_OPTIONS: readonly (keyof ReplaceOptions)[] = ['targetLabel', 'sourceLabels', 'separator', 'regex', 'replacement'];

const unknownOptions = ({ _unknown, _config }: Relabeling) => (_unknown.length === 0 ? undefined
  : strange(REPLACE_OPTIONS, _unknown, `the one made of the others is ${shown(_config)}`));

const strange = (known: readonly string[], unknown: string[], given: string) =>
  `must be a step of ${known.join(', ')}, but has ${unknown.map(key => `'${key}'`).join(' and ')}; ${given}`;

/** What each action needs. */
const NEEDS: Record<string, Exclude<keyof RelabelConfig, 'action'>[]> = {
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

interface Key {
  readonly isSound: (value: unknown) => boolean;
  /** What a step does that is sound in this. */
  readonly must: string;
}

const isText = (value: unknown) => typeof value === 'string';

/** Each key beside the action, whether the action needs it or not: Prometheus reads them all. */
const KEYS: Record<Exclude<keyof RelabelConfig, 'action'>, Key> = {
  source_labels: {
    // Prometheus takes names of any letters; what has spaces is meant as something else.
    isSound: value => Array.isArray(value) && value.length > 0 && [...value].every(label => typeof label === 'string' && /^[^\s\p{Cc}]+$/u.test(label)),
    must: 'names at least one source label, each without spaces',
  },
  separator: { isSound: isText, must: 'has a text for a separator' },
  regex: { isSound: isText, must: 'has a regex' },
  modulus: { isSound: value => Number.isSafeInteger(value) && (value as number) > 0, must: 'has a modulus that is a whole number of at least 1' },
  target_label: {
    isSound: value => typeof value === 'string' && /^[a-zA-Z_$]([a-zA-Z0-9_]|\$|\{|\})*$/.test(value),
    must: 'has a target label of letters, digits and \'_\'',
  },
  replacement: { isSound: isText, must: 'has a text for a replacement' },
};

function problemOf(config: RelabelConfig): string | undefined {
  const { action = 'replace', ...values }: Partial<RelabelConfig> = isRecord(config) ? config : {};
  const given = `the one given is ${shown(config)}`;
  if (!Object.hasOwn(NEEDS, action)) {
    return `must have an action that Prometheus knows (${Object.keys(NEEDS).join(', ')}); ${given}`;
  }
  const unknown = Object.keys(values).filter(key => !Object.hasOwn(KEYS, key));
  if (unknown.length > 0) {
    return strange(['action', ...Object.keys(KEYS)], unknown, given);
  }
  const keys = Object.keys(KEYS) as (keyof typeof KEYS)[];
  const wrong = keys.find(key => (values[key] !== undefined || NEEDS[action].includes(key)) && !KEYS[key].isSound(values[key]));
  if (wrong) {
    return `must be a step that ${KEYS[wrong].must}; ${given}`;
  }
  const broken = values.regex === undefined ? undefined : regexProblem(values.regex);
  if (broken) {
    return `must be a step with a sound regex, but '${values.regex}' ${broken}; ${given}`;
  }
  return hasVariable(Object.values(config).join(' ')) ? `must be a step without '$(NAME)', which the config-reloader would replace by a variable; ${given}` : undefined;
}

/** What most expressions are made of: words, alternatives, `.*` and groups of these. They are sound, and the translator need not be loaded. */
const PLAIN = /^(?:[\w:;/|-]|\.[*+]?|\((?:[\w:;/|-]|\.[*+]?)*\))*$/;

const regexProblem = (regex: string): string | undefined => (PLAIN.test(regex) ? undefined : compileRe2(regex).problem);
