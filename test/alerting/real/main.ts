import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { Database } from './database';
import type { RecorderConfig } from '../../../src/alerting/program/config';
import { PROGRAM } from '../../../src/alerting/program.generated';
import { ensureBuilt, programPath } from '../../programs/build';
import { freePorts, poll, Started, temporaryFolder } from '../../programs/process';

// Three real Alertmanagers with their recorders before a real PostgreSQL that goes away. What a receiver was really told is compared with
// what is stored:  npx ts-node -T --project test/tsconfig.json test/alerting/real/main.ts [seconds that the database is away]

const PEERS = 3;
const GROUP_INTERVAL = 5;
const MESH = 'real/alertmanager';

/** Of one message: the group, and each alert with its state. */
interface Told {
  readonly group: string;
  readonly alerts: string[];
}

interface WebhookBody {
  readonly groupKey: string;
  readonly alerts: { readonly status: string; readonly fingerprint: string }[];
}

/** Takes messages, and remembers them. */
async function receiver(told: Told[]): Promise<number> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const { groupKey, alerts } = JSON.parse(Buffer.concat(chunks).toString()) as WebhookBody;
      told.push({ group: groupKey, alerts: alerts.map(({ fingerprint, status }) => `${BigInt(`0x${fingerprint}`)} ${status}`).sort() });
      response.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

class Peer {
  public readonly folder = temporaryFolder();
  public recorder?: Started;
  public alertmanager?: Started;

  constructor(
    private readonly index: number, private readonly ports: readonly number[][], private readonly hook: number, private readonly database: Database,
  ) {}

  public get url(): string {
    return `http://127.0.0.1:${this.ports[this.index][0]}`;
  }

  private get mesh(): string[] {
    return [`--cluster.listen-address=127.0.0.1:${this.ports[this.index][1]}`, '--cluster.settle-timeout=3s', '--cluster.peer-timeout=2s', '--cluster.pushpull-interval=5s',
      ...this.ports.map(([, mesh]) => `--cluster.peer=127.0.0.1:${mesh}`)];
  }

  public startAlertmanager(): void {
    const events = path.join(this.folder, 'events');
    fs.mkdirSync(events, { recursive: true });
    fs.writeFileSync(path.join(this.folder, 'alertmanager.yaml'), JSON.stringify({
      route: { receiver: 'hook', group_by: ['alertname'], group_wait: '1s', group_interval: `${GROUP_INTERVAL}s`, repeat_interval: '1h' },
      receivers: [{ name: 'hook', webhook_configs: [{ url: `http://127.0.0.1:${this.hook}/`, send_resolved: true }] }],
      event_recorder: { file_outputs: [{ path: path.join(events, 'events.jsonl') }] },
    }));
    this.alertmanager = new Started(programPath('alertmanager'), [`--config.file=${this.folder}/alertmanager.yaml`, `--storage.path=${this.folder}/data`, `--web.listen-address=${this.url.slice(7)}`,
      '--enable-feature=event-recorder', '--log.level=warn', ...this.mesh]);
  }

  public startRecorder(): void {
    const program = path.join(this.folder, 'program');
    fs.mkdirSync(program, { recursive: true });
    Object.entries({ ...PROGRAM, 'user': this.database.user, 'password': this.database.password, 'config.json': JSON.stringify(this.config) })
      .forEach(([file, text]) => fs.writeFileSync(path.join(program, file), text));
    this.recorder = new Started(process.execPath, [`${program}/main.js`, `${program}/config.json`, `127.0.0.1:${this.ports[this.index][2]}`]);
  }

  public async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.ports[this.index][2]}/metrics`)).text();
    return text.split('\n').filter(line => line.startsWith(name)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  private get config(): RecorderConfig {
    const program = path.join(this.folder, 'program');
    return {
      folder: path.join(this.folder, 'events'),
      file: 'events.jsonl',
      database: { host: '127.0.0.1', port: this.database.port, name: 'alarms', usernameFile: `${program}/user`, passwordFile: `${program}/password`, tls: 'disable' },
      alertmanagerUrl: this.url,
      mesh: MESH,
      retention: 400 * 24 * 3600,
      interval: 1,
      // Small, so that the file is rotated many times.
      rotateBytes: 64 * 1024,
      maxBytes: 256 * 1024 ** 2,
      logLevel: 'info',
      logFormat: 'logfmt',
    };
  }
}

const pause = (seconds: number) => new Promise(resolve => setTimeout(resolve, seconds * 1000));

async function post(url: string, what: string, body: unknown): Promise<Response> {
  return fetch(`${url}/api/v2/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** Alerts that come and go, each sent to all peers as an evaluator does, and silences that are made and ended by hand. */
class Scene {
  public readonly silences = new Set<string>();
  private round = 0;

  constructor(private readonly peers: Peer[]) {}

  public async run(seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const number = this.round++;
      await Promise.all([this.alert(number, 30), this.alert(number - 8, -1), this.silence(number)]);
      await pause(1);
    }
  }

  private async alert(number: number, ends: number): Promise<void> {
    if (number < 0) return;
    const labels = { alertname: `Alert${number % 40}`, number: String(number), severity: 'warning' };
    const alert = { labels, annotations: { summary: `number ${number}` }, startsAt: new Date(1_790_000_000_000 + number * 1000).toISOString(), endsAt: new Date(Date.now() + ends * 1000).toISOString() };
    await Promise.all(this.peers.map(peer => post(peer.url, 'alerts', [alert]).catch(() => undefined)));
  }

  private async silence(number: number): Promise<void> {
    if (number % 20 !== 0) return;
    const { url } = this.peers[number % this.peers.length];
    const matchers = [{ name: 'number', value: String(number + 1), isRegex: false, isEqual: true }];
    const made = await post(url, 'silences', { matchers, startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString(), createdBy: 'test', comment: `round ${number}` });
    const { silenceID } = await made.json() as { silenceID: string };
    this.silences.add(silenceID);
    if (number % 40 === 0) setTimeout(() => void fetch(`${url}/api/v2/silence/${silenceID}`, { method: 'DELETE' }).catch(() => undefined), 5_000);
  }
}

/** Each message once, as text, with how often it came. */
function counted(messages: Told[]): Map<string, number> {
  const counts = new Map<string, number>();
  messages.map(message => JSON.stringify(message)).forEach(text => counts.set(text, (counts.get(text) ?? 0) + 1));
  return counts;
}

/** Messages of one list that the other lacks. */
const lacking = (one: Map<string, number>, other: Map<string, number>): number =>
  [...one].reduce((sum, [text, count]) => sum + Math.max(0, count - (other.get(text) ?? 0)), 0);

async function storedMessages(database: Database): Promise<Told[]> {
  const rows = await database.sql('alarms', `SELECT data->'groupInfo'->>'groupKey', (SELECT jsonb_agg((a->'details'->>'fingerprint') || CASE WHEN (a->'details'->>'resolved')::boolean THEN ' resolved' ELSE ' firing' END)
    FROM jsonb_array_elements(data->'alerts') a) FROM alarm_events WHERE kind = 'notification'`);
  return rows.map(([group, alerts]) => ({ group, alerts: (JSON.parse(alerts) as string[]).sort() }));
}

async function main(away: number): Promise<void> {
  await ensureBuilt(['alertmanager']);
  const told: Told[] = [];
  const database = await Database.create();
  const hook = await receiver(told);
  const ports = await Promise.all(Array.from({ length: PEERS }, () => freePorts(3)));
  const peers = ports.map((_, index) => new Peer(index, ports, hook, database));
  peers.forEach(peer => peer.startAlertmanager());
  await pause(5);
  peers.forEach(peer => peer.startRecorder());
  const scene = new Scene(peers);
  console.log('the database is there, 30 s');
  await scene.run(30);
  database.stop();
  const before = told.length;
  console.log(`the database is away for ${away} s`);
  await scene.run(away / 2);
  await peers[0].recorder!.stop();
  peers[0].startRecorder();
  await scene.run(away / 2);
  const meanwhile = told.length - before;
  const pending = await Promise.all(peers.map(peer => peer.metric('alarm_recorder_pending_bytes')));
  database.start();
  const back = Date.now();
  await poll(async () => await Promise.all(peers.map(peer => peer.metric('alarm_recorder_pending_bytes'))).then(all => all.every(bytes => bytes === 0)) ? true : undefined, 120_000);
  const caughtUp = (Date.now() - back) / 1000;
  await scene.run(15);
  await pause(4 * GROUP_INTERVAL);
  const [real, kept] = [counted(told), counted(await storedMessages(database))];
  const [[silences, ended]] = await database.sql('alarms', 'SELECT count(*), count(*) FILTER (WHERE state = \'expired\') FROM alarm_silences');
  const kinds = await database.sql('alarms', 'SELECT kind, count(*) FROM alarm_events GROUP BY kind ORDER BY kind');
  const [[resolutions], [history], [duplicates], [silenced]] = await Promise.all(['alarm_resolutions', 'alarm_history', 'alarm_duplicates', 'alarm_silenced']
    .map(async view => (await database.sql('alarms', `SELECT count(*) FROM ${view}`))[0]));
  const sum = async (metric: string) => (await Promise.all(peers.map(peer => peer.metric(metric)))).reduce((all, one) => all + one, 0);
  console.log(JSON.stringify({
    away, messages: told.length, meanwhile, missing: lacking(real, kept), tooMany: lacking(kept, real), sentTwice: told.length - real.size,
    silences: [scene.silences.size, Number(silences)], endedByHand: Number(ended),
    pendingBytes: pending, caughtUpSeconds: caughtUp, kinds: Object.fromEntries(kinds), resolutions, history, duplicates, silenced, skipped: await sum('alarm_recorder_lines_skipped'),
    givenUp: await sum('alarm_recorder_given_up'), memory: await sum('process_resident_memory_bytes') / PEERS / 1024 ** 2, failures: await sum('alarm_recorder_failures'),
    files: peers.map(peer => fs.readdirSync(path.join(peer.folder, 'events')).length), dropped: (await Promise.all(peers.map(async ({ url }) => (await (await fetch(`${url}/metrics`)).text()).match(/^alertmanager_event_recorder_events_dropped_total.* [1-9].*$/gm) ?? []))).flat(),
  }, undefined, 1));
  database.stop();
  process.exitCode = lacking(real, kept) + lacking(kept, real) === 0 && scene.silences.size === Number(silences) ? 0 : 1;
  process.exit();
}

main(Number(process.argv[2] ?? 600)).catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
