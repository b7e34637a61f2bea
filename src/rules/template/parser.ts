import { TEMPLATE_FIELDS, TEMPLATE_FUNCTIONS, TEMPLATE_VARIABLES } from './functions';
import { Action, lexTemplate, Token } from './lexer';
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

/** What a template reads, and what is wrong with it. */
export interface ParsedTemplate {
  readonly mistakes: Mistake[];
  /** What Prometheus takes, and fails at when the alert fires. */
  readonly failures: Mistake[];
  readonly labels: LabelRead[];
  readonly queries: TemplateQuery[];
}

const PARSED = new Map<string, ParsedTemplate>();

/** Reads a template of a label or an annotation as Go's text/template does. */
export function parseTemplate(text: string): ParsedTemplate {
  const parsed = PARSED.get(text) ?? (text.includes('{{') ? new Parser(text).parse() : { mistakes: [], failures: [], labels: [], queries: [] });
  PARSED.set(text, parsed);
  return parsed;
}

class Stop extends Error {
  constructor(public readonly mistake: Mistake) {
    super(mistake.message);
  }
}

interface Block {
  readonly word: string;
  readonly at: Span;
  /** Variables that were known before it. */
  readonly variables: number;
  /** Whether `.` was the data of the alert before it. */
  readonly root: boolean;
  hasElse: boolean;
}

const CONSTANTS = /^(true|false|nil)$/;
const OPENING = ['if', 'range', 'with', 'block', 'define'];
const KEYWORDS = [...OPENING, 'else', 'end', 'template', 'break', 'continue'];

class Parser {
  private readonly failures: Mistake[] = [];
  private readonly labels: LabelRead[] = [];
  private readonly queries: TemplateQuery[] = [];
  private readonly blocks: Block[] = [];
  private readonly variables = [...TEMPLATE_VARIABLES];
  /** Whether `.` is the data of the alert. */
  private root = true;
  private tokens: Token[] = [];
  private action!: Action;

  constructor(private readonly text: string) {}

  public parse(): ParsedTemplate {
    const mistakes: Mistake[] = [];
    try {
      const { actions, mistake } = lexTemplate(this.text);
      actions.forEach(action => this.read(action));
      const open = this.blocks.pop();
      if (mistake || open) {
        throw new Stop(mistake ?? { ...open!.at, message: `'{{ ${open!.word} … }}' is not closed; add '{{ end }}'.` });
      }
    } catch (error) {
      if (!(error instanceof Stop)) {
        throw error;
      }
      mistakes.push(error.mistake);
    }
    const { failures, labels, queries } = this;
    return { mistakes, failures, labels, queries };
  }

  private stop({ from, to }: Span, message: string): never {
    throw new Stop({ from, to, message });
  }

  private fails({ from, to }: Span, message: string): void {
    this.failures.push({ from, to, message: `${message}; the template fails when the alert fires.` });
  }

  private read(action: Action): void {
    this.action = action;
    this.tokens = [...action.tokens];
    const [first] = this.tokens;
    if (!first) {
      this.stop(action, 'the action is empty; write what it is to print, e.g. {{ $value }}.');
    }
    if (first.kind === 'word' && KEYWORDS.includes(first.text)) {
      this.tokens.shift();
      this.control(first);
    } else {
      this.pipeline(true);
    }
    if (this.tokens.length > 0) {
      this.stop(this.tokens[0], `'${this.tokens[0].text}' cannot stand here; '}}' was expected.`);
    }
  }

  private control(word: Token): void {
    switch (word.text) {
      case 'end': return this.end(word);
      case 'else': return this.otherwise(word);
      case 'template':
      case 'block':
      case 'define': return this.named(word);
      case 'break':
      case 'continue':
        if (!this.blocks.some(block => block.word === 'range')) {
          this.stop(word, `'${word.text}' stands only within '{{ range … }}'.`);
        }
        return undefined;
      default: return this.open(word);
    }
  }

  private enter(word: Token): void {
    this.blocks.push({ word: word.text, at: { from: this.action.from, to: this.action.to }, variables: this.variables.length, root: this.root, hasElse: false });
  }

  private open(word: Token): void {
    this.enter(word);
    this.pipeline(true, word);
    this.root = this.root && word.text === 'if';
  }

  private named(word: Token): void {
    const name = this.tokens.shift();
    if (name?.kind !== 'string') {
      this.stop(name ?? word, `'${word.text}' needs a name in quotes.`);
    }
    if (word.text === 'define' && this.blocks.length > 0) {
      this.stop(word, '\'define\' must not stand within another block.');
    }
    if (word.text !== 'define' && this.tokens.length > 0) {
      this.pipeline(false);
    }
    if (word.text !== 'template') {
      this.enter(word);
      this.root = false;
    }
  }

  private close(block: Block): void {
    this.variables.length = block.variables;
    this.root = block.root;
  }

  private end(word: Token): void {
    const block = this.blocks.pop();
    if (!block) {
      this.stop(word, '\'{{ end }}\' closes nothing; take it away.');
    }
    this.close(block);
  }

  private otherwise(word: Token): void {
    const block = this.blocks[this.blocks.length - 1];
    if (!block || block.hasElse || !['if', 'range', 'with'].includes(block.word)) {
      this.stop(word, '\'else\' belongs to no \'if\', \'range\' or \'with\'.');
    }
    this.root = block.root;
    const next = this.tokens[0];
    if (next?.kind === 'word' && next.text === block.word && block.word !== 'range') {
      this.tokens.shift();
      this.pipeline(true, next);
      this.root = this.root && block.word === 'if';
    } else {
      block.hasElse = true;
    }
  }

  /** Commands with `|` between them; `of` is the keyword before it. */
  private pipeline(declares: boolean, of?: Token): void {
    const declared = declares ? this.declarations(of) : [];
    let stages = 0;
    do {
      this.command(stages++, of ?? this.action);
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
    if (!CONSTANTS.test(text) && !Object.hasOwn(TEMPLATE_FUNCTIONS, text)) {
      const hint = nearest(text, Object.keys(TEMPLATE_FUNCTIONS));
      this.stop(at, `templates have no function '${text}'; ${hint ? `did you mean '${hint}'?` : 'a label is written as $labels.' + text + ', and Prometheus\' documentation lists the functions.'}`);
    }
  }

  private variable({ text, ...at }: Token): void {
    if (!this.variables.includes(text)) {
      const hint = nearest(text, this.variables);
      this.stop(at, `templates have no variable '${text}'; ${hint && hint !== '$' ? `did you mean '${hint}'?` : `there are ${TEMPLATE_VARIABLES.slice(1).join(', ')}.`}`);
    }
  }

  private parentheses({ text, ...at }: Token): void {
    if (text !== '(') {
      this.stop(at, `'${text}' cannot stand here.`);
    }
    this.pipeline(false);
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
    if (!TEMPLATE_FIELDS.includes(name)) {
      const hint = nearest(name, TEMPLATE_FIELDS);
      this.fails(first, `an alert has no '.${name}', ${hint ? `but '.${hint}'` : `but ${TEMPLATE_FIELDS.map(each => `.${each}`).join(', ')}`}`);
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
