import { stringify } from 'yaml';
import { EVALUATION_INTERVAL } from './platform';
import type { Message } from './receiver/program';
import type { AlertingTestbed } from './testbed';
import { METRIC, serialAt } from '../generator/series';

/** An alert that is true for a known time: the series with the index 0 has the serial number of the scrape as its value, which tells the time. */
export interface Alarm {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** What the receiver was told about an alarm. */
export interface Told {
  /** When each message that it fires came; milliseconds since 1970. */
  readonly firing: number[];
  /** When each message that it is over came. */
  readonly resolved: number[];
  /** Addresses of those who sent them. */
  readonly senders: string[];
}

/** Rules by which alarms fire, as a rule file; the generator is in the namespace. */
export function rulesOf(loadNamespace: string, group: string, alarms: readonly Alarm[]): string {
  const clock = `max(${METRIC}{namespace="${loadNamespace}", index="0"})`;
  return stringify({
    groups: [{
      name: group,
      interval: `${EVALUATION_INTERVAL}s`,
      rules: alarms.map(({ name, from, until }) => ({ alert: name, expr: `(${clock} >= ${serialAt(from)}) < ${serialAt(until)}`, labels: { severity: 'warning' } })),
    }],
  }, { lineWidth: 0 });
}

/** What the platform's Alertmanagers said about each alarm. */
export function toldOf(messages: readonly Message[], alarms: readonly Alarm[], path: string): Map<string, Told> {
  const told = new Map(alarms.map(({ name }): [string, Told] => [name, { firing: [], resolved: [], senders: [] }]));
  for (const message of messages.filter(each => each.path === path)) {
    for (const { labels, status } of message.alerts) {
      const alarm = told.get(labels.alertname);
      alarm?.[status].push(message.received);
      alarm?.senders.push(message.sender);
    }
  }
  return told;
}

/** When the sample was taken by which each alarm became true; milliseconds since 1970. Those that the store does not have are left out. */
export async function truthOf(testbed: AlertingTestbed, alarms: readonly Alarm[]): Promise<Map<string, number>> {
  const [begin, end] = [Math.min(...alarms.map(({ from }) => from)), Math.max(...alarms.map(({ until }) => until))];
  const found = await testbed.query.samples(`${METRIC}{namespace="${testbed.loadNamespace}",index="0"}`, begin, Math.min(end, Date.now()), { dedup: false, partialResponse: true });
  const samples = found.flatMap(({ times, values }) => times.map((time, at) => ({ time, value: values[at] })));
  return new Map(alarms.flatMap(({ name, from }): [string, number][] => {
    const times = samples.filter(({ value }) => value >= serialAt(from)).map(({ time }) => time);
    return times.length > 0 ? [[name, Math.min(...times)]] : [];
  }));
}
