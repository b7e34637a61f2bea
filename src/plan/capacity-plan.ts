import { Combination } from './combinations';
import { Figure, FigureUnit } from './figure';
import { formatValue } from './format';

/** Who evaluates a rule, and why. */
export interface EvaluatedRule {
  /** Name of its rule set. */
  readonly set: string;
  /** Name of its group. */
  readonly group: string;
  /** Name of the alert, or of the recorded series. */
  readonly rule: string;
  /** Who evaluates it: a part, or all groups of senders by their names. */
  readonly evaluator: string;
  /** What in the expression, or who, decided it. */
  readonly why: string;
  /** Whether a prop decided it. */
  readonly byHand: boolean;
}

/** What a plan consists of. */
type PlanContents = Pick<CapacityPlan, 'figures'> & Partial<Pick<CapacityPlan, 'combinations' | 'rules' | 'prerequisites' | 'findings'>>;

/** The figures of a platform, each with its unit, formula, reason and source. */
export class CapacityPlan {
  /** A plan of figures that have been worked out. @internal */
  public static _of(contents: PlanContents): CapacityPlan {
    return new CapacityPlan(contents);
  }

  /** Figures of all parts, in the order in which they were worked out. */
  public readonly figures: Figure[];
  /** Sender replicas and replication factors, compared. */
  public readonly combinations: Combination[];
  /** Rules, and who evaluates them. */
  public readonly rules: EvaluatedRule[];
  /** What must be in the cluster before the objects are applied, such as Secrets, each with its keys. */
  public readonly prerequisites: string[];
  /** What the checks found, in full sentences. */
  public readonly findings: string[];

  private constructor({ figures, combinations = [], rules = [], prerequisites = [], findings = [] }: PlanContents) {
    this.figures = [...figures];
    this.combinations = [...combinations];
    this.rules = [...rules];
    this.prerequisites = [...prerequisites];
    this.findings = [...findings];
  }

  /**
   * One figure.
   *
   * Throws if the plan has none of that name, and says which it has.
   * @param part the part of the platform, such as `senders`
   * @param name the figure's name, such as `maxSamplesPerSend`
   */
  public figure(part: string, name: string): Figure {
    const found = this.figures.find(figure => figure.part === part && figure.name === name);
    if (found) return found;
    const names = this.figures.filter(figure => figure.part === part).map(figure => figure.name);
    const elsewhere = this.figures.filter(figure => figure.name === name).map(figure => figure.part);
    if (names.length === 0) throw new Error(`The plan has no part '${part}'; its parts are ${this.parts().join(', ')}.`);
    const hint = elsewhere.length > 0 ? ` Did you mean the one of ${elsewhere.join(' or ')}?` : '';
    throw new Error(`The plan has no figure '${name}' of '${part}'; that part has ${names.join(', ')}.${hint}`);
  }

  /** The plan for a terminal of at least 155 columns. It takes a third of a second: print it, but do not build it needlessly. */
  public toTable(): string {
    // Loaded here, as most programs that synthesize a platform print no table.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const Table = require('cli-table3') as typeof import('cli-table3');
    const render = (title: string, head: string[], colWidths: (number | null)[], rows: string[][]) => {
      const table = new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [], compact: true } });
      table.push(...rows);
      return `${title}\n${table.toString()}\n`;
    };
    const parts = this.parts().map(part => render(part, ['figure', 'value', 'formula', 'reason'], [30, 16, 58, 46], this.of(part).map(figure => [
      figure.name, valueOf(figure), workings(figure, '\n= '), figure.reason,
    ])));
    const compared = this.combinations.length === 0 ? [] : [
      render('sender replicas × replication factor', COMBINATION_HEAD, [10, 8, 14, 11, 8, 7, 70], this.combinations.map(combinationRow)),
    ];
    const rules = this.rules.length === 0 ? [] : [render('rules', RULE_HEAD, [28, 34, 40, 16, 60], this.rules.map(ruleRow))];
    const before = this.prerequisites.length === 0 ? [] : [`before you apply\n${this.prerequisites.join('\n')}\n`];
    return [...parts, ...compared, ...rules, ...before, this.findingsAs('findings', this.findings)].join('\n');
  }

  /** The plan as a Markdown document. */
  public toMarkdown(): string {
    const table = (head: string[], rows: string[][]) =>
      [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell => cell.replace(/\|/g, '\\|')).join(' | ')} |`).join('\n') + '\n';
    const parts = this.parts().map(part => `## ${part}\n\n${table(['figure', 'value', 'formula', 'reason', 'source'], this.of(part).map(figure => [
      `\`${figure.name}\``, valueOf(figure), workings(figure, '<br>= '), figure.reason, figure.source,
    ]))}`);
    const compared = this.combinations.length === 0 ? [] : [
      `## Sender replicas × replication factor\n\n${table(COMBINATION_HEAD, this.combinations.map(combinationRow))}`,
    ];
    const rules = this.rules.length === 0 ? [] : [`## Rules\n\n${table(RULE_HEAD, this.rules.map(ruleRow))}`];
    const before = this.prerequisites.length === 0 ? [] : [
      `## Before you apply\n\nThe objects name these, and none of them makes them:\n\n${this.prerequisites.map(line => `- ${line}\n`).join('')}`,
    ];
    return ['# Capacity plan\n', ...before, ...parts, ...compared, ...rules, this.findingsAs('## Findings\n', this.findings.map(bullet))].join('\n');
  }

  /** The plan as JSON, with values in base units; a time that never ends is null. */
  public toJson(): string {
    const { figures, combinations, rules, prerequisites, findings } = this;
    return `${JSON.stringify({ figures, combinations, rules, prerequisites, findings }, undefined, 2)}\n`;
  }

  private parts(): string[] {
    return [...new Set(this.figures.map(figure => figure.part))];
  }

  private of(part: string): Figure[] {
    return this.figures.filter(figure => figure.part === part);
  }

  private findingsAs(title: string, lines: string[]): string {
    return `${title}\n${lines.length === 0 ? 'None.' : lines.join('\n')}\n`;
  }
}

/** A finding in a list of Markdown. What is drawn below its words is code, and keeps its columns. */
function bullet(finding: string): string {
  const [words, ...drawing] = finding.split('\n');
  return [`- ${words}`, ...(drawing.length > 0 ? ['', ...drawing.map(line => `  ${line}`)] : [])].join('\n');
}

function valueOf({ value, planned, unit, byHand }: Figure): string {
  const shown = formatValue(value, unit);
  if (!byHand) return shown;
  return value === planned ? `${shown} by hand` : `${shown} by hand (plan: ${formatValue(planned, unit)})`;
}

/** The formula, and the numbers in it unless they say no more than the value does. */
function workings({ formula, numbers }: Figure, equals: string): string {
  const plain = formula === numbers || /^[\w.]+$/.test(formula);
  return plain ? formula : `${formula}${equals}${numbers}`;
}

const RULE_HEAD = ['set', 'group', 'rule', 'evaluated by', 'because'];

const ruleRow = ({ set, group, rule, evaluator, why, byHand }: EvaluatedRule): string[] => [set, group, rule, byHand ? `${evaluator} (by hand)` : evaluator, why];

const COMBINATION_HEAD = ['chosen', 'choice', 'heads a series', 'memory', 'pods', 'spare', 'what it can lose'];

function combinationRow(combination: Combination): string[] {
  const { chosen, senderReplicas, replicationFactor, headsPerSeries, headMemory, ingestors, writeFailuresTolerated, loses } = combination;
  return [
    chosen ? 'chosen' : '',
    `${senderReplicas} × ${replicationFactor}`,
    String(headsPerSeries),
    formatValue(headMemory, FigureUnit.BYTES),
    formatValue(ingestors, FigureUnit.COUNT),
    String(writeFailuresTolerated),
    loses,
  ];
}
