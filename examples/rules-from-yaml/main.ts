import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Chart } from 'cdk8s';
import { AlertRuleSet, MonitoringStack, Notifier, RuleSet, Workload } from 'cdk8s-thanos';

// Rule files that are there already: for the ruler of a platform, and as objects of the Prometheus Operator.

const RULES = join(__dirname, 'rules');

/** The files as they are; what is wrong with them is said here, and not when an evaluator reads them. */
function ruleSets(chart: Chart): RuleSet[] {
  return [
    AlertRuleSet.fromFile(chart, 'disks', join(RULES, 'disks.yaml'), { owner: 'storage' }),
    AlertRuleSet.fromYaml(chart, 'queues', readFileSync(join(RULES, 'queues.yaml'), 'utf8')),
  ];
}

const app = new App();

// With a platform of this package, its ruler takes them; and whatever a service of the namespace 'shop' generates.
const monitoring = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });
const stack = new MonitoringStack(monitoring, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 10_000 }),
  createNamespace: true,
  alertmanager: {
    receivers: [{ name: 'operations', notifiers: [Notifier.webhook({ url: 'https://incidents.example.com/v1/alerts' })] }],
  },
  ruler: { ruleNamespaces: ['shop'] },
});
stack.addRules(...ruleSets(monitoring));

// With the Prometheus Operator, they become objects that its ruleSelector finds.
const operator = new Chart(app, 'operator', { namespace: 'operator', disableResourceNameHashes: true });
for (const set of ruleSets(operator)) {
  set.toPrometheusRule('object', { labels: { role: 'alert-rules' } });
}

app.synth();
stack.writePlan('plan');
