import * as c from './constants';
import { FigureUnit } from './figure';
import type { Load } from './load';
import { planClaim, planCpu, planMemory } from './resources';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of Alertmanager; each bears the name of its prop but `alerts`. */
type AlertmanagerKey = 'replicas' | 'alerts' | 'storageSize' | 'cpuRequest' | 'memoryRequest' | 'memoryLimit';

export type AlertmanagerPlan = Planned<AlertmanagerKey>;

/** Plans one pod of the mesh: each has all alerts. */
export function planAlertmanager({ targets }: Pick<Load, 'targets'>, given: Given<AlertmanagerKey>, part = 'alertmanager'): AlertmanagerPlan {
  const sheet = new Sheet<AlertmanagerKey>(part, given);
  const { ALERTMANAGER_REPLICAS, ALERTS_A_TARGET, ALERTS_FLOOR, ALERT_BYTES, ALERT_DISK_BYTES } = c;
  const { ALERTMANAGER_VOLUME_FLOOR, ALERT_CPU_SECONDS, ALERT_RESEND, PROCESS_MEMORY } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: ALERTMANAGER_REPLICAS,
    how: calc`${{ ALERTMANAGER_REPLICAS }}`,
    reason: 'There is no quorum, but while one is drained or replaced and another fails, a third still tells, and knows the silences.',
    source: c.SOURCE.alertmanagerHa,
  });
  const alerts = sheet.figure('alerts', {
    unit: FigureUnit.COUNT,
    value: Math.max(ALERTS_FLOOR, Math.ceil(ALERTS_A_TARGET * targets)),
    how: calc`max(${{ ALERTS_FLOOR }}, ceil(${{ ALERTS_A_TARGET }} × ${{ targets }}))`,
    reason: 'In the worst outage every target fires, and it must not be then that Alertmanager fails.',
    source: c.SOURCE.derivation,
  });
  const storageSize = planClaim(sheet, 'storageSize', ALERTMANAGER_VOLUME_FLOOR, {
    value: ALERT_DISK_BYTES * alerts,
    how: calc`${{ ALERT_DISK_BYTES }} × ${{ alerts }}`,
    reason: 'What was told to whom and the silences, twice while they are written anew.',
    source: c.SOURCE.derivation,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: alerts * ALERT_CPU_SECONDS / ALERT_RESEND,
    how: calc`${{ alerts }} × ${{ ALERT_CPU_SECONDS }} ÷ ${{ ALERT_RESEND }}`,
    reason: 'Each alert that fires is sent anew every minute, by each of two evaluators.',
    source: c.SOURCE.alertmanagerBench,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + ALERT_BYTES * alerts,
    how: calc`${{ PROCESS_MEMORY }} + ${{ ALERT_BYTES }} × ${{ alerts }}`,
    reason: 'All alerts are in memory, each in its groups.',
    source: c.SOURCE.alertmanagerBench,
  }, {
    value: 2 * (PROCESS_MEMORY + ALERT_BYTES * alerts),
    how: calc`2 × (${{ PROCESS_MEMORY }} + ${{ ALERT_BYTES }} × ${{ alerts }})`,
    reason: 'Messages of large groups are made in memory, and what a batch of alerts replaces is garbage until the next collection.',
    source: c.SOURCE.derivation,
  });
  return { replicas, alerts, storageSize, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit, figures: sheet.figures };
}
