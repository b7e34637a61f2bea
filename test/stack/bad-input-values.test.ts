import type { Chart } from 'cdk8s';
import { senders } from './bad-input-tables';
import {
  Endpoint, GcsCredentials, MonitoringStack, NetworkPeer, ObjectStoreBucket, Relabeling, S3Credentials, S3Encryption, ScrapeJob, StoreGateway,
  ThanosQuery, ThanosReceiveRing, Workload,
} from '../../src';
import { errorsOf, fixture } from '../fixture';

/** What a caller in JavaScript, or in another language, may hand over in place of the type. */
const wrong = <T>(value: unknown): T => value as T;

const elsewhere = (chart: Chart) =>
  StoreGateway.fromStoreEndpoints(chart, 'store', [{ endpoint: Endpoint.external({ host: 'thanos.example.com', port: 10901 }), identicalReplicas: false }]);

const SECRET = 'must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML';

describe('what is made before it is used', () => {
  const PEER = '[monitoring/query] \'allowFrom\' each item must be a peer that Kubernetes takes.';
  const KEY = 'must be a key of labels (a DNS subdomain and \'/\' if wanted, then up to 63 letters, digits, \'-\', \'_\' and \'.\')';

  test.each<[NetworkPeer, string]>([
    [NetworkPeer.ipBlock(wrong(5)), 'A range of addresses must be written as in 10.0.0.0/8, with the length of its prefix, but is 5'],
    [NetworkPeer.ipBlock('10.0.0.0/8', [], ['192.168.0.0/16']), '\'except\' must name smaller ranges inside of 10.0.0.0/8, but names 192.168.0.0/16'],
    [NetworkPeer.ipBlock('10.0.0.0/8', [], ['10.0.0.0/8']), '\'except\' must name smaller ranges inside of 10.0.0.0/8, but names 10.0.0.0/8'],
    [NetworkPeer.namespace('Grafana'), 'A namespace must be a name of a namespace (lower-case letters, digits and \'-\', beginning and ending with a letter or digit) of at most 63 characters, but is "Grafana"'],
    [NetworkPeer.namespace('grafana', wrong(443)), 'Ports must be a list such as [{ port: 443 }], but are 443'],
    [NetworkPeer.namespace('grafana', wrong([443])), 'A port must be an object such as { port: 443 }, but is 443'],
    [NetworkPeer.namespace('grafana', wrong([{ port: '443' }])), 'A port must be a whole number from 1 to 65535, but is "443"'],
    [NetworkPeer.namespace('grafana', wrong([{ port: 443, name: 'https' }])), '\'name\' of a port is not known here; known are port, endPort, protocol'],
    [NetworkPeer.pods(wrong(null)), 'A peer of pods must be an object, but is null'],
    [NetworkPeer.pods({ podLabels: { 'a b': 'c' } }), `A peer of pods has 'podLabels', where key 'a b' ${KEY}, but is "a b"`],
  ])('a peer (%#)', (peer, problem) => {
    const { app, chart } = fixture();
    new ThanosQuery(chart, 'query', { allowFrom: [peer], stores: [elsewhere(chart)] });
    expect(errorsOf(app)).toEqual([`${PEER} ${problem}. (invalid-prop)`]);
  });

  const HOST = 'a DNS name or an address, without a scheme, a port or a path of at most 253 characters';

  test.each<[Endpoint, string]>([
    [Endpoint.external({ host: 'https://query.example.com', port: 443 }), `has 'host', which must be ${HOST}, but is "https://query.example.com"`],
    [Endpoint.external({ host: 'query.example.com', port: 70_000 }), 'has \'port\', which must be a whole number from 1 to 65535, but is 70000'],
    [Endpoint.external(wrong({ host: 'query.example.com' })), 'has \'port\', which must be a whole number from 1 to 65535, but is not given'],
    [Endpoint.external(wrong(null)), 'must be an object, but is null'],
  ])('an endpoint elsewhere (%#)', (endpoint, problem) => {
    const { chart } = fixture();
    expect(() => ThanosQuery.fromQueryEndpoint(chart, 'api', endpoint)).toThrow(
      new Error(`[monitoring/api] 'endpoint' must be an endpoint that can be reached, but ${problem}.`));
    const { app, chart: other } = fixture();
    StoreGateway.fromStoreEndpoints(other, 'store', [{ endpoint, identicalReplicas: false }]);
    expect(errorsOf(app)).toEqual([
      `[monitoring/store] 'storeEndpoints' each item has 'endpoint', which must be an endpoint that can be reached, but ${problem}. (invalid-prop)`,
    ]);
  });

  test.each<[Relabeling, string]>([
    [Relabeling.raw(wrong(null)), 'must be a step that has a target label of letters, digits and \'_\'; the one given is null'],
    [Relabeling.raw({ action: 'Keep' }), 'must have an action that Prometheus knows (keep, drop, keepequal, dropequal, replace, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase); the one given is {"action":"Keep"}'],
    [Relabeling.raw({ action: 'labeldrop' }), 'must be a step that has a regex; the one given is {"action":"labeldrop"}'],
    [Relabeling.raw({ action: 'labeldrop', regex: 'pod', foo: 'x' }), 'must be a step of action, source_labels, separator, regex, modulus, target_label, replacement, but has \'foo\'; '
      + 'the one given is {"action":"labeldrop","regex":"pod","foo":"x"}'],
    [Relabeling.set('team', wrong(5)), 'must be a step that has a text for a replacement; the one given is {"action":"replace","target_label":"team","replacement":5}'],
  ])('a step of relabeling (%#)', (step, problem) => {
    const { app, chart } = fixture();
    senders(chart).addScrapeJob(ScrapeJob.pods('shop', { relabelings: [step] }));
    expect(errorsOf(app)).toEqual([`[monitoring/prometheus] 'shop.relabelings' each item ${problem}. (invalid-prop)`]);
  });

  test.each<[string, (chart: Chart) => void, string]>([
    ['no job', chart => senders(chart).addScrapeJob(wrong(null)), '[monitoring/prometheus] What \'addScrapeJob\' is given must be a ScrapeJob, e.g. ScrapeJob.pods(\'shop\'), but is null. (invalid-job)'],
    ['no scope', chart => senders(chart).monitor(wrong('stack')), '[monitoring/prometheus] What \'monitor\' is given must be a construct, but is "stack". (invalid-scope)'],
    ['no store', chart => new ThanosQuery(chart, 'query', { stores: [elsewhere(chart)] }).addStore(wrong({ storeEndpoints: 5 })),
      '[monitoring/query] What \'addStore\' is given must be a part with a Store API, e.g. a ThanosReceiveRing or a StoreGateway, but is {"storeEndpoints":5}. (invalid-store)'],
    ['no options', chart => new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }) }).addPrometheus('redis', wrong(5)), '[monitoring/platform] What \'addPrometheus\' is given for \'redis\' must be an object, e.g. {}, but is 5. (invalid-prop)'],
    ['a secret in a URL', chart => ThanosReceiveRing.fromRemoteWriteUrl(chart, 'ring', 'https://user:hunter2@receive.example.com/'),
      '[monitoring/ring] The URL of remote write names a user or a password, which would stand in YAML; leave them out, and give the senders \'remoteWriteClient\' with a Secret. (remote-write-url)'],
    ['a variable in a URL', chart => ThanosReceiveRing.fromRemoteWriteUrl(chart, 'ring', 'https://receive.example.com/$(TENANT)'),
      '[monitoring/ring] The URL of remote write must have no spaces, no \'$(\' and a port from 1 to 65535, but is "https://receive.example.com/$(TENANT)"; correct it. (remote-write-url)'],
    ['a window that is no Duration', chart => ThanosReceiveRing.fromRemoteWriteUrl(chart, 'ring', 'https://receive.example.com/', wrong({ outOfOrderTimeWindow: 3600 })),
      '[monitoring/ring] \'outOfOrderTimeWindow\' must be a Duration, e.g. Duration.hours(1), of at least 0s, but is 3600. (invalid-prop)'],
    ['credentials of another cloud', chart => ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'blocks', region: 'eu-1', credentials: wrong(GcsCredentials.ambient()) }),
      '[monitoring/bucket] \'credentials\' must be made like S3Credentials.role(\'arn:aws:iam::123456789012:role/thanos\'). (invalid-prop)'],
    ['a secret in place of its key', chart => ObjectStoreBucket.s3(chart, 'bucket', {
      bucket: 'blocks', region: 'eu-1', credentials: S3Credentials.accessKey(wrong({ accessKeyId: 'AKIA', secretAccessKey: 'hunter2' })),
    }), `[monitoring/bucket] 'credentials' ${SECRET}. (invalid-prop)`],
    ['no access key', chart => ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'blocks', region: 'eu-1', credentials: S3Credentials.accessKey(wrong(null)) }),
      `[monitoring/bucket] 'credentials' ${SECRET}. (invalid-prop)`],
    ['a context of encryption', chart => ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'blocks', region: 'eu-1', encryption: S3Encryption.kms('key', { app: '$(APP)' }) }),
      '[monitoring/bucket] \'encryption\' has a context that is wrong, for it \'app\' must be a text without \'$\', but is "$(APP)". (invalid-prop)'],
    ['an id that names a claim', chart => ObjectStoreBucket.filesystem(chart, 'My Blocks'),
      '[monitoring/My Blocks] The id \'My Blocks\', which names the volume claim, must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit) '
        + 'of at most 63 characters, but is "My Blocks". Give the bucket a \'name\'. (name-not-dns)'],
  ])('%s', (_, make, message) => {
    const { app, chart } = fixture();
    make(chart);
    expect(errorsOf(app)).toEqual([message]);
  });
});
