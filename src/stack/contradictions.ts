import type { IConstruct } from 'constructs';
import { MAX_RINGS, type MonitoringStackProps } from './stack-props';
import { type Given, isRecord } from '../core/fields';
import { Graph } from '../core/graph';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';

/** Props of parts that the stack itself sets, and what decides them in their place. */
const SET_BY_STACK: Partial<Record<keyof MonitoringStackProps, Record<string, string>>> = {
  ring: { bucket: "the stack's 'bucket'", workload: "the stack's 'workload'" },
  prometheus: { remoteWrite: 'the ring of the stack', workload: "the stack's 'workload'" },
  storeGateway: { bucket: "the stack's 'bucket'", workload: "the stack's 'workload'" },
  compactor: { bucket: "the stack's 'bucket'", streamLabels: 'the number of rings', workload: "the stack's 'workload'" },
  query: { stores: "the parts of the stack; add others by 'stack.query.addStore'", workload: "the stack's 'workload'" },
  continuousTest: { remoteWrite: 'the ring of the stack', query: "the stack's Query", workload: "the stack's 'workload'" },
  alertmanager: { workload: "the stack's 'workload'" },
  ruler: {
    queries: "the stack's Query", remoteWrite: 'the ring of the stack', bucket: 'the ring of the stack', alertSinks: "the stack's Alertmanager; add others by 'stack.ruler.addAlertSink'",
    workload: "the stack's 'workload'",
  },
  queryFrontend: { downstream: "the stack's Query", workload: "the stack's 'workload'" },
};

const report = (at: IConstruct, message: string) => Graph.of(at).report(at, 'set-twice', message);

/**
 * Reports props of a part that whoever makes the part sets itself.
 * @param decides what decides each of them
 */
export function reportSetTwice(at: IConstruct, part: string, given: unknown, decides: Record<string, string>): void {
  Object.entries(decides).filter(([prop]) => isRecord(given) && given[prop] !== undefined)
    .forEach(([prop, by]) => report(at, `'${part}.${prop}' must not be given, for it follows from ${by}; leave it out.`));
}

/** Reports what is set in two places, of which one would be passed over in silence. */
export function checkContradictions(stack: IConstruct, given: Given<MonitoringStackProps>): void {
  Object.entries(SET_BY_STACK).forEach(([part, props]) => reportSetTwice(stack, part, given[part as keyof MonitoringStackProps], props));
  const { cluster, externalLabels } = given;
  if (cluster !== undefined && externalLabels?.cluster !== undefined && externalLabels.cluster !== cluster) {
    report(stack, `'externalLabels.cluster' is '${externalLabels.cluster}', but 'cluster' is '${cluster}', and both are the label 'cluster' of every series; leave the first out.`);
  }
}

/** Reports a workload that no single stack can carry. */
export function reportTooLarge(stack: IConstruct, activeSeries: number): void {
  Graph.of(stack).report(stack, 'workload-too-large', `'workload' has ${formatValue(activeSeries, FigureUnit.SERIES)} active series, which need more than the ${MAX_RINGS} rings that one stack can have. `
    + 'Spread the series over several stacks, each with a workload and a bucket of its own, and let one Query ask theirs; or state fewer.');
}

/** What a part is given by the stack, and what the user adds. What is no list is handed on as it is, for the part to say so. */
export const andOthers = <T>(first: T[], others: T[] | undefined): T[] =>
  others === undefined || Array.isArray(others) ? [...first, ...others ?? []] : others;

/** Labels of a part among those of the stack. What is no map is handed on as it is, for the part to say so. */
export function together(own: unknown, before: Record<string, string>, after: Record<string, string> = {}): Record<string, string> {
  return own === undefined || isRecord(own) ? { ...before, ...own as Record<string, string> | undefined, ...after } : own as Record<string, string>;
}
