import { parse } from 'yaml';
import { type Alarm, rulesOf, toldOf } from './alarms';
import type { Message } from './receiver/program';
import { serialAt } from '../generator/series';

const ALARMS: Alarm[] = [{ name: 'One', from: Date.UTC(2026, 5, 1), until: Date.UTC(2026, 5, 2) }, { name: 'Two', from: 0, until: 1 }];

test('an alarm is true while the serial number of a scrape is of its time', () => {
  const { groups: [group] } = parse(rulesOf('load', 'alarms', ALARMS.slice(0, 1)));
  expect(group).toMatchObject({ name: 'alarms', interval: '15s' });
  expect(group.rules).toEqual([{
    alert: 'One',
    expr: `(max(generator_value{namespace="load", index="0"}) >= ${serialAt(Date.UTC(2026, 5, 1))}) < ${serialAt(Date.UTC(2026, 5, 2))}`,
    labels: { severity: 'warning' },
  }]);
});

test('messages are counted an alarm, and those of others are not', () => {
  const message = (received: number, path: string, status: 'firing' | 'resolved', ...names: string[]): Message =>
    ({ received, path, sender: '10.0.0.1', alerts: names.map(alertname => ({ status, labels: { alertname }, startsAt: '' })) });
  const told = toldOf([message(1, '/here', 'firing', 'One', 'Three'), message(2, '/there', 'firing', 'One'), message(3, '/here', 'resolved', 'One')], ALARMS, '/here');
  expect([...told]).toEqual([
    ['One', { firing: [1], resolved: [3], senders: ['10.0.0.1', '10.0.0.1'] }],
    ['Two', { firing: [], resolved: [], senders: [] }],
  ]);
});
