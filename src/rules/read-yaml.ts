import { nearest } from './nearest';
import { PartialResponseStrategy } from './rule';
import { dense, FileGroupHead, FileRule, SourceGroup, SourceRule } from './rule-file';
import { isRecord, shown } from '../core/fields';
import { LineCounter, parseAllDocuments } from '../core/yaml';

/** What a file holds, and what is wrong with its shape. */
interface ReadFile {
  readonly groups: SourceGroup[];
  readonly problems: string[];
}

const GROUP_KEYS = ['name', 'interval', 'query_offset', 'limit', 'labels', 'partial_response_strategy', 'rules'];
const RULE_KEYS = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

/** Reads a rule file of Prometheus or Thanos, or `PrometheusRule` objects, in one document or several. */
export function readRuleFile(text: string): ReadFile {
  return new FileReader().read(text);
}

class FileReader {
  private readonly groups: SourceGroup[] = [];
  private readonly problems: string[] = [];

  public read(text: string): ReadFile {
    if (typeof text !== 'string') {
      this.problems.push(`The rule file must be a text of YAML, but is ${shown(text)}.`);
      return this.result();
    }
    try {
      this.documents(text);
    } catch (error) {
      // Aliases of what is not there or grows without an end, and what is nested too deep to be read.
      this.problems.push(`The rule file is no YAML that can be read: ${(error as Error).message.replace(/\.?$/, '.')}`);
    }
    return this.result();
  }

  private documents(text: string): void {
    const lines = new LineCounter();
    // Prometheus takes every value of a label as a text, whatever YAML would make of it.
    const documents = parseAllDocuments(text, { schema: 'failsafe', merge: true, lineCounter: lines, prettyErrors: false });
    for (const document of 'empty' in documents ? [] : documents) {
      if (document.errors.length > 0) {
        const { message, pos } = document.errors[0];
        this.problems.push(`The rule file is no YAML at line ${lines.linePos(pos[0]).line}: ${message.split('\n')[0].replace(/\.?$/, '.')}`);
      } else {
        this.document(document.toJS() as unknown);
      }
    }
  }

  private result(): ReadFile {
    const { groups, problems } = this;
    return { groups, problems };
  }

  private document(value: unknown): void {
    if (value === null || value === undefined || value === '') {
      return;
    }
    if (!isRecord(value)) {
      this.problems.push(`The rule file must be a map with 'groups', but is ${shown(value)}.`);
      return;
    }
    if (value.kind === 'PrometheusRule') {
      this.document({ groups: isRecord(value.spec) ? value.spec.groups : undefined });
    } else if (Array.isArray(value.items) && /List$/.test(String(value.kind))) {
      value.items.forEach(item => this.document(item));
    } else if (typeof value.kind === 'string') {
      this.problems.push(`An object of kind '${value.kind}' holds no rules that can be read; give PrometheusRule objects, or the rule file that is in it.`);
    } else {
      this.unknownKeys('The rule file', value, ['groups']);
      this.listOf('The rule file', 'groups', value.groups).forEach((group, index) => this.group(group, index));
    }
  }

  private listOf(where: string, key: string, value: unknown): unknown[] {
    if (value === undefined || value === '') {
      return [];
    }
    if (!Array.isArray(value)) {
      this.problems.push(`${where} has '${key}', which must be a list, but is ${shown(value)}.`);
      return [];
    }
    return value;
  }

  private group(value: unknown, index: number): void {
    if (!isRecord(value)) {
      this.problems.push(`Item ${index + 1} of 'groups' must be a map with 'name' and 'rules', but is ${shown(value)}.`);
      return;
    }
    const where = typeof value.name === 'string' && value.name !== '' ? `Group '${value.name}'` : `Item ${index + 1} of 'groups'`;
    this.unknownKeys(where, value, GROUP_KEYS);
    const head: FileGroupHead = dense({
      name: this.text(where, value, 'name') ?? '',
      interval: this.text(where, value, 'interval'),
      query_offset: this.text(where, value, 'query_offset'),
      limit: this.limit(where, value),
      labels: this.texts(where, value, 'labels'),
      partial_response_strategy: this.strategy(where, value),
    });
    const rules = this.listOf(where, 'rules', value.rules).flatMap((rule, place) => this.rule(where, rule, place));
    this.groups.push({ head, rules });
  }

  private rule(group: string, value: unknown, index: number): SourceRule[] {
    if (!isRecord(value)) {
      this.problems.push(`${group} has rule ${index + 1}, which must be a map with 'alert' or 'record' and 'expr', but is ${shown(value)}.`);
      return [];
    }
    const where = `${group}, rule ${index + 1}`;
    this.unknownKeys(where, value, RULE_KEYS);
    const rule: FileRule = dense({
      record: this.text(where, value, 'record'),
      alert: this.text(where, value, 'alert'),
      expr: this.text(where, value, 'expr') ?? '',
      for: this.text(where, value, 'for'),
      keep_firing_for: this.text(where, value, 'keep_firing_for'),
      labels: this.texts(where, value, 'labels'),
      annotations: this.texts(where, value, 'annotations'),
    });
    if ((rule.alert === undefined) === (rule.record === undefined)) {
      this.problems.push(`${where} has ${rule.alert === undefined ? 'neither' : 'both'} 'alert' ${rule.alert === undefined ? 'nor' : 'and'} 'record'; a rule is one of both.`);
      return [];
    }
    return [{ rule }];
  }

  private unknownKeys(where: string, value: Record<string, unknown>, known: string[]): void {
    for (const key of Object.keys(value).filter(each => !known.includes(each))) {
      const hint = nearest(key, known);
      this.problems.push(`${where} has '${key}', which Prometheus does not know; ${hint ? `did you mean '${hint}'?` : `known are ${known.join(', ')}.`}`);
    }
  }

  private text(where: string, value: Record<string, unknown>, key: string): string | undefined {
    const given = value[key];
    if (given === undefined || given === '') {
      return undefined;
    }
    if (typeof given !== 'string') {
      this.problems.push(`${where} has '${key}', which must be a text, but is ${shown(given)}.`);
      return undefined;
    }
    return given;
  }

  private texts(where: string, value: Record<string, unknown>, key: string): Record<string, string> | undefined {
    const given = value[key];
    if (given === undefined || given === '') {
      return undefined;
    }
    if (!isRecord(given) || Object.values(given).some(each => typeof each !== 'string')) {
      this.problems.push(`${where} has '${key}', which must be a map of texts, but is ${shown(given)}.`);
      return undefined;
    }
    return given as Record<string, string>;
  }

  private limit(where: string, value: Record<string, unknown>): number | undefined {
    const given = this.text(where, value, 'limit');
    if (given !== undefined && !/^\d+$/.test(given)) {
      this.problems.push(`${where} has 'limit', which must be a whole number, but is ${shown(given)}.`);
      return undefined;
    }
    return given === undefined ? undefined : Number(given);
  }

  private strategy(where: string, value: Record<string, unknown>): string | undefined {
    const given = this.text(where, value, 'partial_response_strategy');
    const known: string[] = Object.values(PartialResponseStrategy);
    // Thanos reads it in capitals, too.
    if (given !== undefined && !known.includes(given.toLowerCase())) {
      this.problems.push(`${where} has 'partial_response_strategy', which must be one of ${known.join(', ')}, but is ${shown(given)}.`);
      return undefined;
    }
    return given?.toLowerCase();
  }
}
