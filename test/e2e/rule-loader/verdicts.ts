import { Checker } from '../../../src/rule-loader/program/checker';
import type { Check } from '../../../src/rule-loader/program/config';
import { thanosRuleChecks } from '../../../src/rule-loader/trials';
import { programPath } from '../../programs/build';
import { temporaryFolder } from '../../programs/process';
import type { Report } from '../../programs/report';

/** What a Prometheus would not start with: promtool reads rule files as Prometheus does. */
const prometheusRuleChecks = (promtool: string): Check[] => [{ command: [promtool, 'check', 'rules', '--lint=none', '{files}'] }];

const group = (rule: string, rest = ''): string => `groups:\n- name: a\n${rest}  rules:\n  - ${rule}\n`;

interface Case {
  readonly text: string;
  /** A part of the reason that each evaluator gives; nothing where it takes the file. */
  readonly thanos?: string;
  readonly prometheus?: string;
}

/** Files as people write them, and what becomes of them. */
const CASES: Readonly<Record<string, Case>> = {
  'sound.yaml': { text: group('{alert: A, expr: up == 0, for: 5m, annotations: {summary: "{{ $labels.job }}"}}') },
  'partial-response.yaml': { text: group('{alert: A, expr: up}', '  partial_response_strategy: warn\n'), prometheus: 'partial_response_strategy' },
  'group-twice.yaml': { text: `${group('{record: "a:b", expr: up}')}- name: a\n  rules: []\n`, thanos: 'is repeated in the same file', prometheus: 'is repeated in the same file' },
  'label-of-group.yaml': { text: group('{record: "a:b", expr: up}', '  labels: {__name__: x}\n'), thanos: 'invalid label name', prometheus: 'invalid label name' },
  'syntax.yaml': { text: group('{alert: A, expr: "sum(up"}'), thanos: 'unclosed left parenthesis', prometheus: 'unclosed left parenthesis' },
  'type.yaml': { text: group('{alert: A, expr: rate(up)}'), thanos: 'expected type range vector', prometheus: 'expected type range vector' },
  'template.yaml': { text: group('{alert: A, expr: up, annotations: {summary: "{{ $labels.job "}}'), thanos: 'unclosed action', prometheus: 'unclosed action' },
  'misspelt.yaml': { text: group('{alert: A, expr: up, fro: 5m}'), thanos: 'field fro not found', prometheus: 'field fro not found' },
  'strategy.yaml': { text: group('{alert: A, expr: up}', '  partial_response_strategy: maybe\n'), thanos: 'Possible values are ABORT,WARN', prometheus: 'partial_response_strategy' },
  'no-groups.yaml': { text: 'group: []\n', thanos: 'field group not found', prometheus: 'field group not found' },
  'no-yaml.yaml': { text: 'groups: [}\n', thanos: 'did not find expected node content', prometheus: 'did not find expected node content' },
  'empty-item.yaml': { text: 'groups:\n-\n', thanos: 'Groupname should not be empty' },
  'experimental.yaml': { text: group('{record: "a:b", expr: "double_exponential_smoothing(up[5m], 0.5, 0.5)"}'), thanos: 'is not enabled', prometheus: 'is not enabled' },
};

/** Asks the checks about all files at once, as the program does, and looks at each verdict. */
async function checkWith(report: Report, evaluator: 'thanos' | 'prometheus', checker: Checker): Promise<void> {
  await checker.prove();
  const began = Date.now();
  const refused = await checker.refused(new Map(Object.entries(CASES).map(([name, { text }]) => [name, text])));
  console.log(`${Object.keys(CASES).length} files, of which ${refused.size} are refused, were judged in ${Date.now() - began} ms`);
  for (const [name, { [evaluator]: expected }] of Object.entries(CASES)) {
    const reason = refused.get(name);
    const right = expected === undefined ? reason === undefined : reason?.includes(expected);
    report.answer(`${evaluator}: ${name} is ${expected === undefined ? 'taken' : `refused: ${reason}`}`, right ? undefined : `expected ${expected}, but it said ${reason}`);
  }
}

/** Which files the checks of each evaluator refuse, and that a ruler which knows more functions takes more. */
export async function checkVerdicts(report: Report): Promise<void> {
  const thanos = programPath('thanos');
  await checkWith(report, 'thanos', new Checker(thanosRuleChecks(thanos), temporaryFolder()));
  await checkWith(report, 'prometheus', new Checker(prometheusRuleChecks(programPath('promtool')), temporaryFolder()));
  const knowing = new Checker(thanosRuleChecks(thanos, ['--enable-feature=promql-experimental-functions']), temporaryFolder());
  const refused = await knowing.refused(new Map([['experimental.yaml', CASES['experimental.yaml'].text]]));
  report.answer('thanos with experimental functions takes experimental.yaml', refused.get('experimental.yaml'));
}
