import type { IConstruct } from 'constructs';
import type { RulerSettings } from './ruler-props';
import type { IAlertSink, IQueryApi } from '../core/endpoint';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import type { PodWorkload } from '../core/pod-workload';
import { THANOS_GRPC } from '../core/thanos';
import type { FileGroup } from '../rules/rule-file';

/** A ruler with all that has been joined to it. */
interface FinishedRuler {
  readonly at: IConstruct;
  readonly workload: PodWorkload;
  readonly settings: RulerSettings;
  readonly sinks: IAlertSink[];
  readonly groups: FileGroup[];
}

/** Judges, at synth, a ruler together with those around it. */
export function checkRuler({ at, workload, settings, sinks, groups }: FinishedRuler, report: Report): void {
  checkSinks(sinks, groups, report);
  checkQueries(settings.queries ?? [], report);
  checkStrategies(groups, report);
  checkCount(settings, groups, report);
  if (!settings.remoteWrite) {
    checkReaders(at, workload, report);
  }
}

function checkSinks(sinks: IAlertSink[], groups: FileGroup[], report: Report): void {
  const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
  if (sinks.length > 0) {
    return;
  }
  const advice = 'Give \'alertSinks\' the Alertmanager, or call addAlertSink; or give the stack an \'alertmanager\'.';
  if (alerts.length > 0) {
    report('ruler-without-alert-sink', `Alerts such as '${alerts[0]}' are evaluated, ${alerts.length} in all, but 'alertSinks' is empty: they would fire, and nobody would hear of it. ${advice}`, Severity.WARNING);
  } else {
    report('ruler-without-alert-sink', `'alertSinks' is empty: alerts that others put into ConfigMaps would fire, and nobody would hear of it. ${advice}`, Severity.NOTE);
  }
}

function checkQueries(queries: IQueryApi[], report: Report): void {
  for (const query of queries.filter(({ queryEndpoint }) => queryEndpoint._owned?.workload.group.component === 'query-frontend')) {
    report('ruler-asks-frontend', `'${query.node.path}' in 'queries' is a query frontend. Rules ask instant queries, which it neither splits nor caches, so that it is only one more part that may be away; `
      + 'and the state of alerts is read back by a range query, which it may answer from its cache. Give \'queries\' the Query behind it.', Severity.WARNING);
  }
  const urls = queries.map(({ queryUrl }) => queryUrl);
  for (const url of new Set(urls.filter((one, index) => urls.indexOf(one) < index))) {
    report('ruler-query-twice', `The query API at ${url} is in 'queries' more than once. List each once.`);
  }
}

/** What Thanos does where a group says nothing, and a store does not answer. */
function checkStrategies(groups: FileGroup[], report: Report): void {
  const aborting = groups.filter(({ partial_response_strategy: strategy = 'abort' }) => strategy.toLowerCase() !== 'warn');
  if (aborting.length > 0) {
    report('ruler-aborts', `${aborting.length} of ${groups.length} groups, such as '${aborting[0].name}', are evaluated only while every store answers: one ingestor that is down stops them, silently but for `
      + 'prometheus_rule_evaluation_failures_total. Alert on that metric, and let groups that may judge by a part of the data have partialResponseStrategy WARN.', Severity.NOTE);
  }
}

function checkCount({ plannedRules }: RulerSettings, groups: FileGroup[], report: Report): void {
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  if (rules > plannedRules) {
    report('ruler-rules-beyond-plan', `The ruler is given ${rules} rules, but planned for ${plannedRules}, those in others' ConfigMaps included. Raise 'plannedRules', or give it the sets by its prop 'rules', which the plan counts.`, Severity.WARNING);
  }
}

function checkReaders(at: IConstruct, workload: PodWorkload, report: Report): void {
  const readers = Graph.of(at).edgesTo(workload).filter(({ to }) => to.port === THANOS_GRPC.port);
  if (readers.length === 0) {
    report('ruler-not-queried', 'No Query has this ruler among its \'stores\': what its rules record can be read only when it has been uploaded, after two hours or more. Call addStore of the Query.', Severity.WARNING);
  }
}
