import { createHash } from 'node:crypto';

type Json = Record<string, unknown>;

/** An event as it is stored. */
export interface EventRecord {
  /** The same for events of several peers that tell of one and the same thing. */
  readonly key: string;
  readonly time: string;
  readonly instance: string;
  readonly position: number;
  readonly kind: string;
  readonly receiver: string | null;
  readonly integration: string | null;
  readonly reason: string | null;
  readonly data: Json;
}

/** Each peer groups each alert for each receiver, again and again: nothing that a notification would not tell. */
const LEFT_OUT = ['alertGrouped'];

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 40);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists of keys and values become objects; PostgreSQL has no text with a zero in it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (!isObject(value)) {
    return typeof value === 'string' ? value.replace(/\0/g, '') : value;
  }
  const { labels } = value;
  if (Object.keys(value).length === 1 && Array.isArray(labels) && labels.every(pair => isObject(pair) && 'key' in pair)) {
    return Object.fromEntries((labels as { key: string; value?: string }[]).map(pair => [plain(pair.key), plain(pair.value ?? '')]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** What makes an event one, whichever peer tells of it and however often. Nothing for those of which each is a thing of its own. */
const IDENTITY: Record<string, (data: Json) => unknown> = {
  alertCreated: ({ alert }) => pick(alert, 'fingerprint', 'startsAt'),
  alertResolved: ({ alert, groupInfo }) => [pick((alert as Json).details, 'fingerprint', 'startsAt', 'endsAt'), pick(groupInfo, 'groupKey', 'receiverName')],
  silenceCreated: ({ silence }) => pick(silence, 'id', 'updatedAt'),
  silenceUpdated: ({ silence }) => pick(silence, 'id', 'updatedAt'),
  // Told at every look at the group, as long as it lasts.
  silenceMutedAlert: ({ silence, mutedAlert }) => [pick(silence, 'id'), pick(mutedAlert, 'fingerprint')],
  inhibitionMutedAlert: ({ inhibitRules, mutedAlert, inhibitingFingerprints }) => [inhibitRules, pick(mutedAlert, 'fingerprint'), inhibitingFingerprints],
};

const pick = (value: unknown, ...keys: string[]): unknown[] => keys.map(key => (isObject(value) ? value[key] : undefined));

/**
 * The record of a line of the event recorder; nothing for one that is left out.
 * @throws when the line is no event.
 */
export function recordOf(line: string, mesh: string): EventRecord | undefined {
  const event = JSON.parse(line) as Json;
  const [[kind, raw] = []] = Object.entries(isObject(event.data) ? event.data : {});
  if (kind === undefined || typeof event['@timestamp'] !== 'string') {
    throw new Error('no event');
  }
  if (LEFT_OUT.includes(kind)) {
    return undefined;
  }
  const data = plain(raw) as Json;
  const [receiver] = pick(data.groupInfo, 'receiverName');
  const [integration] = pick(data.integration, 'name');
  return {
    key: digest([mesh, kind, IDENTITY[kind]?.(data) ?? line]),
    time: event['@timestamp'],
    instance: String(event.instance ?? ''),
    position: Number(event.clusterPosition ?? 0),
    kind,
    receiver: text(receiver),
    integration: text(integration),
    reason: text(data.reason)?.replace(/^NOTIFY_REASON_/, '').toLowerCase() ?? null,
    data,
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
