import { Action, lexTemplate, Token } from './lexer';
import { Known, LabelRead, Pipelines, Stop, TemplateQuery } from './pipelines';
import type { Span } from '../promql/ast';
import type { Mistake } from '../promql/drawn';

/** What a template reads, and what is wrong with it. */
interface ParsedTemplate {
  readonly mistakes: Mistake[];
  /** What Prometheus takes, and fails at when the alert fires. */
  readonly failures: Mistake[];
  readonly labels: LabelRead[];
  readonly queries: TemplateQuery[];
}

const PARSED = new Map<string, ParsedTemplate>();

/** The first thing in a template of Alertmanager that Go's text/template cannot read; its functions are taken as they are. */
export function brokenTemplate(text: string): Mistake | undefined {
  return text.includes('{{') ? new Parser(text, { variables: ['$'] }).parse().mistakes[0] : undefined;
}

/** Reads a template of a label or an annotation as Go's text/template does. */
export function parseTemplate(text: string): ParsedTemplate {
  const parsed = PARSED.get(text) ?? (text.includes('{{') ? new Parser(text).parse() : { mistakes: [], failures: [], labels: [], queries: [] });
  PARSED.set(text, parsed);
  return parsed;
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

const OPENING = ['if', 'range', 'with', 'block', 'define'];
const KEYWORDS = [...OPENING, 'else', 'end', 'template', 'break', 'continue'];

class Parser extends Pipelines {
  private readonly blocks: Block[] = [];
  private action!: Action;

  constructor(private readonly text: string, known?: Known) {
    super(known);
  }

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
      this.pipeline(true, action);
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
    const { from, to } = this.action;
    this.blocks.push({ word: word.text, at: { from, to }, variables: this.variables.length, root: this.root, hasElse: false });
  }

  private open(word: Token): void {
    this.enter(word);
    this.pipeline(true, word, word);
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
      this.pipeline(false, word);
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
      this.pipeline(true, next, next);
      this.root = this.root && block.word === 'if';
    } else {
      block.hasElse = true;
    }
  }
}
