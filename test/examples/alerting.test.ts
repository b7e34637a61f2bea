import { existsSync } from 'fs';
import { App } from 'cdk8s';
import { parse } from 'yaml';
import { printed } from './load';
import { Alerting } from '../../examples/alerting/alerting';
import { shopAlerts, shopRecords } from '../../examples/alerting/rules';
import { RuleTestOutcome } from '../../src';
import { fixture } from '../fixture';
import { programPath } from '../programs/build';

// As the tests of a user's own app would be.

const { stack } = new Alerting(new App(), 'monitoring');

test.each([
  ['the shop\'s worst', { alertname: 'CheckoutFailing', severity: 'critical', owner: 'shop' }, ['on-call', 'shop']],
  ['the shop\'s other ones', { alertname: 'CheckoutSlow', severity: 'warning', owner: 'shop' }, ['shop']],
  ['the platform\'s worst', { alertname: 'ThanosReceiveQuorumLost', severity: 'critical', owner: 'platform' }, ['on-call', 'platform']],
  ['what nobody owns', { alertname: 'SomethingNew', severity: 'warning' }, ['platform']],
  ['the sign of life', { alertname: 'Watchdog', severity: 'none', owner: 'platform' }, ['watchdog']],
])('%s is told to whom it concerns', (_, labels, receivers) => {
  expect(stack.alertmanager!.receiversOf(labels)).toEqual(receivers);
});

test('warnings of the shop wait for office hours, and are silent during releases', () => {
  const [route] = stack.alertmanager!.routesOf({ severity: 'warning', owner: 'shop', alertname: 'CheckoutSlow', namespace: 'shop' });
  expect([route.activeTimeIntervals, route.muteTimeIntervals, route.groupLabels]).toEqual([['office-hours'], ['releases'], { alertname: 'CheckoutSlow', namespace: 'shop' }]);
});

test('whatever meta-monitoring finds is told at once, by a way of its own', () => {
  const { alertmanager } = stack.metaMonitoring!;
  expect(alertmanager.receiversOf({ alertname: 'ThanosRuleMissing', severity: 'warning' })).toEqual(['on-call']);
  expect(alertmanager.receiversOf({ alertname: 'Watchdog' })).toEqual(['watchdog']);
});

test('the rules pass their tests', () => {
  const promtool = programPath('promtool');
  const { chart } = fixture();
  const sets = [shopRecords(chart, 'records'), shopAlerts(chart, 'alerts', { errors: 0.02, latency: 2, orders: 0.5 }), shopAlerts(chart, 'staging', { errors: 0.1, latency: 10, orders: 0.2 })];
  const outcome = existsSync(promtool) ? RuleTestOutcome.PASSED : RuleTestOutcome.SKIPPED;
  expect(sets.map(set => set.runTests({ promtool }).outcome)).toEqual(sets.map(() => outcome));
});

test('every rule is evaluated where it can be', () => {
  const evaluators = (stack.plan.toJson().match(/"evaluator": "[^"]+"/g) ?? []).map(line => line.slice(14, -1));
  expect([...new Set(evaluators)].sort()).toEqual(['meta-monitoring', 'ruler']);
});

test('the configuration, line by line', () => {
  const text = printed('alerting').objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'platform-alertmanager')!.data['alertmanager.yaml'];
  expect(text).toMatchSnapshot();
  expect(JSON.stringify(parse(text))).not.toMatch(/"[a-z_]*(password|token|secret)":/);
});
