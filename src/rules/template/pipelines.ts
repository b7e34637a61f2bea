import { TEMPLATE_MEMBERS, TEMPLATE_FUNCTIONS, TEMPLATE_VARIABLES } from './functions';
import type { Token } from './lexer';
import { nearest } from '../nearest';
import type { Span } from '../promql/ast';
import type { Mistake } from '../promql/drawn';
import { unquote } from '../promql/literals';

/** A label of the alert that a template reads. */
export interface LabelRead extends Span {
  readonly label: string;
}

/** PromQL that a template asks by itself. */
export interface TemplateQuery extends Span {
  readonly expr: string;
}

/** Ends the reading of a template at its first mistake, as Go does. */
export class Stop extends Error {
  constructor(public readonly mistake: Mistake) {
    super(mistake.message);
  }
}

const CONSTANTS = /^(true|false|nil)$/;

/** What is declared before a template. */
export interface Known {
  readonly variables: string[];
  /** Functions; nothing where they are not judged. */
  readonly functions?: string[];
}

const OF_RULES: Known = { variables: TEMPLATE_VARIABLES, functions: Object.keys(TEMPLATE_FUNCTIONS) };

/** Reads what actions compute: pipelines of functions, variables and fields. */
export class Pipelines {
  protected readonly failures: Mistake[] = [];
  protected readonly labels: LabelRead[] = [];
  protected readonly queries: TemplateQuery[] = [];
  protected readonly variables: string[];
  /** Whether `.` is the data of the alert. */
  protected root = true;
  /** What is left of an action. */
  protected tokens: Token[] = [];

  constructor(private readonly known = OF_RULES) {
    this.variables = [...known.variables];
  }

  protected stop({ from, to }: Span, message: string): never {
    throw new Stop({ from, to, message });
  }

  protected fails({ from, to }: Span, message: string): void {
    this.failures.push({ from, to, message: `${message}; the template fails when the alert fires.` });
  }

  /** Commands with `|` between them; `of` is the keyword before it. */
  protected pipeline(declares: boolean, at: Span, of?: Token): void {
    const declared = declares ? this.declarations(of) : [];
    let stages = 0;
    do {
      this.command(stages++, at);
      // Go takes a pipe at the end, which leads nowhere.
    } while (this.takeSymbol('|') && this.tokens.length > 0 && this.tokens[0].text !== ')');
    this.variables.push(...declared);
  }

  private declarations(of?: Token): string[] {
    const [first, second, third, fourth] = this.tokens;
    if (first?.kind !== 'variable' || !second) {
      return [];
    }
    const pair = second.text === ',' && third?.kind === 'variable' && of?.text === 'range' && /^:?=$/.test(fourth?.text ?? '');
    if (!pair && !/^:?=$/.test(second.text)) {
      return [];
    }
    const names = pair ? [first, third] : [first];
    const sign = this.tokens.splice(0, pair ? 4 : 2).pop()!;
    if (sign.text === '=') {
      names.filter(({ text }) => !this.variables.includes(text)).forEach(name => this.fails(name, `the variable '${name.text}' was never declared, which is done by ':='`));
      return [];
    }
    return names.map(({ text }) => text);
  }

  private takeSymbol(symbol: string): boolean {
    const takes = this.tokens[0]?.kind === 'symbol' && this.tokens[0].text === symbol;
    if (takes) {
      this.tokens.shift();
    }
    return takes;
  }

  private command(stage: number, at: Span): void {
    const start = [...this.tokens];
    const first = this.tokens[0];
    let operands = 0;
    while (this.tokens.length > 0 && !(this.tokens[0].kind === 'symbol' && /^[|)]$/.test(this.tokens[0].text))) {
      if (operands > 0 && this.tokens[0].attached) {
        this.stop(this.tokens[0], `a space is missing before '${this.tokens[0].text}'.`);
      }
      this.operand();
      operands++;
    }
    if (operands === 0) {
      this.stop(first ?? at, 'a value or a function is missing.');
    }
    if (stage > 0 && (['string', 'number', 'char', 'dot'].includes(first.kind) || CONSTANTS.test(first.text))) {
      this.stop(first, `'${first.text}' stands behind '|', where a function must stand.`);
    }
    this.called(first, operands - 1 + (stage > 0 ? 1 : 0));
    this.reads(start);
  }

  private called(first: Token, count: number): void {
    const wanted = first.kind === 'word' ? TEMPLATE_FUNCTIONS[first.text] : undefined;
    if (wanted !== undefined && wanted !== count) {
      this.fails(first, `the function '${first.text}' takes ${wanted} argument${wanted === 1 ? '' : 's'}, but has ${count}`);
    }
  }

  /** `query "…"`, and `index $labels "…"`. */
  private reads([first, second, third]: Token[]): void {
    if (first.text === 'query' && second?.kind === 'string') {
      this.queries.push({ expr: unquote(second.text).value, from: second.from, to: second.to });
    }
    if (first.text === 'index' && second?.text === '$labels' && third?.kind === 'string') {
      this.labels.push({ label: unquote(third.text).value, from: third.from, to: third.to });
    }
  }

  private operand(): void {
    const token = this.tokens.shift()!;
    switch (token.kind) {
      case 'word': this.word(token); break;
      case 'variable': this.variable(token); break;
      case 'field': return this.fields(token, this.root);
      case 'symbol': this.parentheses(token); break;
      case 'string': this.string(token); break;
      default: break;
    }
    if (this.tokens[0]?.kind === 'field' && this.tokens[0].attached) {
      this.chain(token);
    }
  }

  private string(token: Token): void {
    const { problem } = unquote(token.text);
    if (problem) {
      this.stop({ from: token.from + problem.at, to: token.from + problem.at + problem.length }, `${problem.message}.`);
    }
  }

  private word({ text, ...at }: Token): void {
    const { functions } = this.known;
    if (functions && !CONSTANTS.test(text) && !functions.includes(text)) {
      const hint = nearest(text, functions);
      this.stop(at, `templates have no function '${text}'; ${hint ? `did you mean '${hint}'?` : 'a label is written as $labels.' + text + ', and Prometheus\' documentation lists the functions.'}`);
    }
  }

  private variable({ text, ...at }: Token): void {
    if (!this.variables.includes(text)) {
      const hint = nearest(text, this.variables);
      this.stop(at, `templates have no variable '${text}'; ${hint && hint !== '$' ? `did you mean '${hint}'?` : this.declared()}`);
    }
  }

  private declared(): string {
    const names = this.known.variables.slice(1);
    return names.length > 0 ? `there are ${names.join(', ')}.` : 'declare it before, by {{ $name := … }}.';
  }

  private parentheses({ text, ...at }: Token): void {
    if (text !== '(') {
      this.stop(at, `'${text}' cannot stand here.`);
    }
    this.pipeline(false, at);
    if (!this.takeSymbol(')')) {
      this.stop(at, 'the \'(\' is not closed; add \')\'.');
    }
  }

  /** `.Labels.job`, from the data of the alert or from something else. */
  private fields(first: Token, root: boolean): void {
    const chain = [first, ...this.attachedFields()];
    if (!root) {
      return;
    }
    const [name, label] = chain.map(({ text }) => text.slice(1));
    if (!TEMPLATE_MEMBERS.includes(name)) {
      const hint = nearest(name, TEMPLATE_MEMBERS);
      this.fails(first, `an alert has no '.${name}', ${hint ? `but '.${hint}'` : `but ${TEMPLATE_MEMBERS.map(each => `.${each}`).join(', ')}`}`);
    } else if (name === 'Labels' && label !== undefined) {
      this.labels.push({ label, from: chain[1].from, to: chain[1].to });
    }
  }

  private chain(of: Token): void {
    if (['string', 'number', 'char', 'dot'].includes(of.kind) || CONSTANTS.test(of.text)) {
      this.stop(this.tokens[0], `'${this.tokens[0].text}' cannot stand behind '${of.text}', which has no fields.`);
    }
    if (of.text === '$') {
      this.fields(this.tokens.shift()!, true);
      return;
    }
    const [field] = this.attachedFields();
    if (of.text === '$labels') {
      this.labels.push({ label: field.text.slice(1), from: field.from, to: field.to });
    } else if (of.text === '$value') {
      this.fails({ from: of.from, to: field.to }, '\'$value\' is a number and has no fields');
    }
  }

  private attachedFields(): Token[] {
    const end = this.tokens.findIndex(({ kind, attached }) => kind !== 'field' || !attached);
    return this.tokens.splice(0, end < 0 ? this.tokens.length : end);
  }
}
