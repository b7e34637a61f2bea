import { nearest } from './nearest';
import { drawn } from './promql/drawn';
import { judgePromql } from './promql/judge';
import { dense, FileRule } from './rule-file';
import type { AlertRuleTest, ExpectedAlert, ExpectedSample, InputSeries, PromqlExprTest, RuleTest } from './rule-test';
import { sampleProblem, seriesProblem, valuesProblem } from './series-notation';
import { duration, ended, Field, Fields, list, map, problemsOf, required, shown, struct, text } from '../core/fields';
import { durationText, seconds } from '../core/units';

const texts = () => map(text('a text', /^/));

const checked = (field: Field<string>, problemOf: (value: string) => string | undefined): Field<string> => ({
  ...field,
  problem: value => {
    const wrong = field.problem(value) ?? problemOf(value);
    return wrong && (/but (is|has) /.test(wrong) ? wrong : `${wrong}, but is ${shown(value)}`);
  },
});

const number = (): Field<number> => ({
  problem: value => (typeof value === 'number' ? undefined : `must be a number, but is ${shown(value)}`),
  base: value => value,
});

const INPUT_SERIES = struct<InputSeries>({ series: required(checked(text(), seriesProblem)), values: required(checked(text('values', /^/), valuesProblem)) });
const EXPECTED_ALERT = struct<ExpectedAlert>({ expLabels: texts(), expAnnotations: texts() });
const ALERT_TEST = struct<AlertRuleTest>({
  evalTime: required(duration({ min: 0 })),
  alertname: required(text()),
  expAlerts: required(list(EXPECTED_ALERT, 0)),
});
const EXPECTED_SAMPLE = struct<ExpectedSample>({ labels: required(checked(text('labels', /^/), sampleProblem)), value: required(number()) });
const EXPR_TEST = struct<PromqlExprTest>({ expr: required(text('PromQL')), evalTime: required(duration({ min: 0 })), expSamples: required(list(EXPECTED_SAMPLE, 0)) });

const TEST: Fields<RuleTest> = {
  name: text(),
  interval: duration(),
  inputSeries: required(list(INPUT_SERIES, 0)),
  alertRuleTests: list(ALERT_TEST, 0),
  promqlExprTests: list(EXPR_TEST, 0),
  externalLabels: texts(),
};

/** How messages call a test. */
const called = ({ name }: RuleTest, index: number): string => (typeof name === 'string' ? `Test '${name}'` : `Test ${index + 1}`);

/** What is wrong with tests: their shape, and what they say of rules that are not there. */
export function problemsOfTests(tests: RuleTest[], rules: FileRule[]): string[] {
  return tests.flatMap((test, index) => {
    const problems = problemsOf(TEST, test);
    const sound = { ...test, ...Object.fromEntries(problems.map(([key]) => [key, undefined])) };
    const wrong = problems.map(([key, problem]) => ended(`${called(test, index)} has '${key}', ${/^(each|key|')/.test(problem) ? 'where' : 'which'} ${problem}`));
    return [...wrong, ...unknownAlerts(sound, index, rules), ...wrongQueries(sound, index), ...(wrong.length === 0 && asksNothing(test) ? [`${called(test, index)} expects nothing; give it 'alertRuleTests' or 'promqlExprTests'.`] : [])];
  });
}

const asksNothing = ({ alertRuleTests = [], promqlExprTests = [] }: RuleTest): boolean => alertRuleTests.length + promqlExprTests.length === 0;

function unknownAlerts(test: RuleTest, index: number, rules: FileRule[]): string[] {
  const known = [...new Set(rules.flatMap(({ alert }) => alert ?? []))];
  const unknown = new Set((test.alertRuleTests ?? []).map(({ alertname }) => alertname).filter(name => !known.includes(name)));
  return [...unknown].map(name => {
    const hint = nearest(name, known);
    return `${called(test, index)} expects alert '${name}', which the set does not have; ${hint ? `did you mean '${hint}'?` : `it has ${known.length > 0 ? known.map(each => `'${each}'`).join(', ') : 'no alerts'}.`}`;
  });
}

function wrongQueries(test: RuleTest, index: number): string[] {
  return (test.promqlExprTests ?? []).flatMap(({ expr }) => judgePromql(expr, { experimentalFunctions: true, thanos: false }).mistakes
    .map(mistake => `${called(test, index)} asks what is no PromQL. ${drawn(expr, mistake)}`));
}

/** The tests as `promtool test rules` reads them. */
export function printedTests(ruleFile: string, tests: RuleTest[], evaluationInterval?: number): object {
  return dense({
    rule_files: [ruleFile],
    evaluation_interval: evaluationInterval === undefined ? undefined : durationText(evaluationInterval),
    tests: tests.map(test => dense({
      name: test.name,
      interval: durationText(test.interval ? seconds(test.interval) : 60),
      input_series: test.inputSeries,
      alert_rule_test: test.alertRuleTests?.map(({ evalTime, alertname, expAlerts }) => ({
        eval_time: durationText(seconds(evalTime)),
        alertname,
        exp_alerts: expAlerts.map(({ expLabels, expAnnotations }) => dense({ exp_labels: expLabels, exp_annotations: expAnnotations })),
      })),
      promql_expr_test: test.promqlExprTests?.map(({ expr, evalTime, expSamples }) =>
        ({ expr, eval_time: durationText(seconds(evalTime)), exp_samples: expSamples })),
      external_labels: test.externalLabels,
    })),
  });
}
