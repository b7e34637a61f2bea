import { recordOf } from '../../../src/alerting/program/records';

const labels = (object: Record<string, string>) => ({ labels: Object.entries(object).map(([key, value]) => ({ key, value })) });
const details = { fingerprint: '7', name: 'A', labels: labels({ alertname: 'A' }), annotations: {}, startsAt: '2026-11-23T03:00:00Z', endsAt: '2026-11-23T03:10:00Z', resolved: true };
const groupInfo = { groupKey: '{}:{}', groupLabels: {}, receiverName: 'team' };

const line = (data: object, instance = 'a-0', time = '2026-11-23T03:10:01.123456789Z', clusterPosition = 0) =>
  JSON.stringify({ '@timestamp': time, instance, 'data': data, ...(clusterPosition ? { clusterPosition } : {}) });

test('a notification', () => {
  const data = { notification: { alerts: [{ hash: '1', details }], groupInfo, reason: 'NOTIFY_REASON_ALL_ALERTS_RESOLVED', integration: { name: 'slack' } } };
  expect(recordOf(line(data, 'a-1', undefined, 1), 'mesh')).toEqual({
    key: expect.stringMatching(/^[0-9a-f]{40}$/),
    time: '2026-11-23T03:10:01.123456789Z',
    instance: 'a-1',
    position: 1,
    kind: 'notification',
    receiver: 'team',
    integration: 'slack',
    reason: 'all_alerts_resolved',
    data: { ...data.notification, alerts: [{ hash: '1', details: { ...details, labels: { alertname: 'A' } } }] },
  });
});

describe('what is one, and what is two', () => {
  const keyOf = (data: object, ...rest: [instance?: string, time?: string]) => recordOf(line(data, ...rest), 'mesh')!.key;
  const notification = { notification: { alerts: [], groupInfo } };

  test.each<[string, object]>([
    ['an alert that came', { alertCreated: { alert: details } }],
    ['an alert that went', { alertResolved: { alert: { details }, groupInfo } }],
    ['a silence', { silenceCreated: { silence: { id: 'x', updatedAt: 'now' } } }],
    ['an alert that is silenced', { silenceMutedAlert: { silence: { id: 'x', comment: 'a' }, mutedAlert: { fingerprint: '7' } } }],
    ['an alert that is inhibited', { inhibitionMutedAlert: { inhibitRules: [{ name: 'a' }], mutedAlert: { fingerprint: '7' }, inhibitingFingerprints: ['8'] } }],
  ])('%s is one, whichever peer tells of it', (_, data) => {
    expect(keyOf(data, 'a-0', '2026-11-23T03:10:01Z')).toBe(keyOf(data, 'a-1', '2026-11-23T03:10:02Z'));
  });

  test('a message that two peers send is two', () => {
    expect(keyOf(notification, 'a-0')).not.toBe(keyOf(notification, 'a-1'));
    expect(keyOf(notification, 'a-0')).toBe(keyOf(notification, 'a-0'));
  });

  test('an alert that goes for two receivers is two', () => {
    const gone = (receiverName: string) => ({ alertResolved: { alert: { details }, groupInfo: { ...groupInfo, receiverName } } });
    expect(keyOf(gone('a'))).not.toBe(keyOf(gone('b')));
  });

  test('two meshes have records of their own', () => {
    expect(recordOf(line({ alertCreated: { alert: details } }), 'one')!.key).not.toBe(recordOf(line({ alertCreated: { alert: details } }), 'other')!.key);
  });
});

test('groupings are left out', () => {
  expect(recordOf(line({ alertGrouped: { alert: { details }, groupInfo } }), 'mesh')).toBeUndefined();
});

test('a zero, which PostgreSQL cannot hold, is left out of texts', () => {
  expect(recordOf(line({ silenceCreated: { silence: { id: 'x', comment: 'a\0b' } } }), 'mesh')!.data).toEqual({ silence: { id: 'x', comment: 'ab' } });
});

test.each(['', 'nothing', '{}', '{"data": {}}', '{"@timestamp": "x", "data": []}', '[]', 'null'])('%j is no event', text => {
  expect(() => recordOf(text, 'mesh')).toThrow();
});
