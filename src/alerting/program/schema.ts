/** Anything, the same for all: PostgreSQL has no `IF NOT EXISTS` that is safe against somebody else who does the same at once. */
const LOCK = 7_206_941;

/**
 * Tables and ready-made queries. Only ever added to, so that an older program goes on beside a newer one.
 *
 * - `alarm_events`: what Alertmanager's event recorder tells, each thing once;
 * - `alarm_silences`: every silence in its last state, by Alertmanager's API: its recorder says nothing of one that is ended by hand;
 * - `alarm_notifications`: who was told of which alert, when and why; a message that came twice is there twice;
 * - `alarm_resolutions`: which alert was over when;
 * - `alarm_history`: each alert from the first message to its end;
 * - `alarm_noise`: of the last 30 days, which alerts came how often, and for how long;
 * - `alarm_duplicates`: messages that two peers sent within a minute;
 * - `alarm_silenced`: which alerts were silenced, by whom and why.
 */
export const SCHEMA = `
BEGIN;
SELECT pg_advisory_xact_lock(${LOCK});
CREATE TABLE IF NOT EXISTS alarm_events (
  key text PRIMARY KEY, mesh text NOT NULL, time timestamptz NOT NULL, instance text NOT NULL, position int NOT NULL, kind text NOT NULL,
  receiver text, integration text, reason text, data jsonb NOT NULL, stored_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS alarm_events_time ON alarm_events (time);
CREATE INDEX IF NOT EXISTS alarm_events_kind_time ON alarm_events (kind, time);
CREATE TABLE IF NOT EXISTS alarm_silences (
  mesh text NOT NULL, id text NOT NULL, state text NOT NULL, matchers jsonb NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL, created_by text NOT NULL, comment text NOT NULL, annotations jsonb, PRIMARY KEY (mesh, id)
);
CREATE OR REPLACE VIEW alarm_notifications AS
  SELECT e.time, e.mesh, e.instance, e.position, e.receiver, e.integration, e.reason, e.data->'groupInfo'->>'groupKey' AS group_key,
    a->'details'->>'name' AS alertname, a->'details'->'labels'->>'severity' AS severity, a->'details'->'labels' AS labels, a->'details'->'annotations' AS annotations,
    (a->'details'->>'startsAt')::timestamptz AS starts_at, COALESCE((a->'details'->>'resolved')::boolean, false) AS resolved, a->'details'->>'fingerprint' AS fingerprint
  FROM alarm_events e CROSS JOIN LATERAL jsonb_array_elements(e.data->'alerts') a WHERE e.kind = 'notification';
CREATE OR REPLACE VIEW alarm_resolutions AS
  SELECT e.time, e.mesh, e.receiver, e.data->'alert'->'details'->>'name' AS alertname, e.data->'alert'->'details'->'labels'->>'severity' AS severity,
    e.data->'alert'->'details'->'labels' AS labels, (e.data->'alert'->'details'->>'startsAt')::timestamptz AS starts_at,
    (e.data->'alert'->'details'->>'endsAt')::timestamptz AS ends_at, e.data->'alert'->'details'->>'fingerprint' AS fingerprint
  FROM alarm_events e WHERE e.kind = 'alertResolved';
CREATE OR REPLACE VIEW alarm_history AS
  SELECT n.mesh, n.alertname, n.severity, n.labels, n.fingerprint, n.starts_at, n.receiver, n.first_told, n.messages, r.ends_at, r.ends_at - n.starts_at AS lasted
  FROM (SELECT mesh, alertname, severity, labels, fingerprint, starts_at, receiver, min(time) AS first_told, count(*) AS messages FROM alarm_notifications
    WHERE NOT resolved GROUP BY mesh, alertname, severity, labels, fingerprint, starts_at, receiver) n
  LEFT JOIN (SELECT mesh, fingerprint, starts_at, receiver, min(ends_at) AS ends_at FROM alarm_resolutions GROUP BY mesh, fingerprint, starts_at, receiver) r
    USING (mesh, fingerprint, starts_at, receiver);
CREATE OR REPLACE VIEW alarm_noise AS
  SELECT mesh, alertname, severity, count(*) AS alerts, sum(messages) AS messages, avg(lasted) AS mean_duration, max(first_told) AS last_told
  FROM alarm_history WHERE first_told > now() - interval '30 days' GROUP BY mesh, alertname, severity ORDER BY sum(messages) DESC;
CREATE OR REPLACE VIEW alarm_duplicates AS
  SELECT one.mesh, one.receiver, one.integration, one.data->'groupInfo'->>'groupKey' AS group_key, one.time AS first_time, other.time AS second_time,
    one.instance AS first_instance, other.instance AS second_instance
  FROM alarm_events one JOIN alarm_events other ON other.kind = 'notification' AND one.mesh = other.mesh AND one.receiver = other.receiver AND one.integration = other.integration
    AND one.data->'groupInfo'->>'groupKey' = other.data->'groupInfo'->>'groupKey' AND one.instance <> other.instance AND one.reason = other.reason
    AND one.data->'alerts' = other.data->'alerts' AND other.time > one.time AND other.time < one.time + interval '1 minute'
  WHERE one.kind = 'notification';
CREATE OR REPLACE VIEW alarm_silenced AS
  SELECT e.time AS first_silenced, e.mesh, e.data->'mutedAlert'->'labels'->>'alertname' AS alertname, e.data->'mutedAlert'->'labels' AS labels, s.id AS silence, s.created_by, s.comment, s.starts_at, s.ends_at
  FROM alarm_events e LEFT JOIN alarm_silences s ON s.mesh = e.mesh AND s.id = e.data->'silence'->>'id' WHERE e.kind = 'silenceMutedAlert';
COMMIT;
`;
