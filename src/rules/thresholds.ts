import { nearest } from './nearest';
import { Mistake } from './promql/drawn';
import type { FileRule } from './rule-file';

/** A text with the numbers of thresholds in it, and what was not found. */
interface Filled {
  readonly text: string;
  readonly used: string[];
  readonly mistakes: Mistake[];
}

/** In an expression, `$` stands nowhere but in quoted texts. */
const IN_EXPRESSION = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#.*|\$([A-Za-z_]\w*)/g;
/** In a template, the variables of its actions begin with `$`, too. */
const IN_TEMPLATE = /\{\{[\s\S]*?\}\}|\$([A-Za-z_]\w*)/g;

/** Puts the numbers of thresholds in the place of their names. */
function fill(text: string, pattern: RegExp, thresholds: Record<string, number>, unknownIsWrong: boolean): Filled {
  const used: string[] = [];
  const mistakes: Mistake[] = [];
  const filled = text.replace(pattern, (whole: string, name: string | undefined, at: number) => {
    if (name === undefined) {
      return whole;
    }
    if (Object.hasOwn(thresholds, name)) {
      used.push(name);
      return String(thresholds[name]);
    }
    if (unknownIsWrong) {
      mistakes.push({ from: at, to: at + whole.length, message: unknown(name, Object.keys(thresholds)) });
    }
    return whole;
  });
  return { text: filled, used, mistakes };
}

function unknown(name: string, known: string[]): string {
  const hint = nearest(name, known);
  const names = known.length === 0 ? 'the set has no \'thresholds\'' : `the set has ${known.map(each => `'${each}'`).join(', ')}`;
  return `'$${name}' is no threshold: ${names}${hint ? `; did you mean '$${hint}'?` : '. Add it there, or write the number.'}`;
}

/** A rule whose thresholds are filled in. */
interface FilledRule {
  readonly rule: FileRule;
  readonly used: string[];
  /** In its expression. */
  readonly mistakes: Mistake[];
}

export function fillRule(rule: FileRule, thresholds: Record<string, number>): FilledRule {
  const expr = fill(rule.expr, IN_EXPRESSION, thresholds, true);
  const used = [...expr.used];
  const texts = (values?: Record<string, string>) => values && Object.fromEntries(Object.entries(values).map(([key, value]) => {
    const filled = fill(value, IN_TEMPLATE, thresholds, false);
    used.push(...filled.used);
    return [key, filled.text];
  }));
  const { labels, annotations } = rule;
  return {
    rule: { ...rule, expr: expr.text, ...labels && { labels: texts(labels) }, ...annotations && { annotations: texts(annotations) } },
    used,
    mistakes: expr.mistakes,
  };
}
