import { jobsIn, type Making } from '../../../src/job-loader/program/jobs';

const MAKING: Making = {
  allocator: 'http://allocator-a:8080',
  pod: 'prometheus-a-1',
  prefixes: ['serviceMonitor/', 'probe/'],
  refreshInterval: 10,
  lastRelabelings: [],
};

const NAME = 'serviceMonitor/shop/web/0';
const made = (config: object, making: Partial<Making> = {}) => jobsIn({ [NAME]: { job_name: NAME, ...config } }, { ...MAKING, ...making }).get(NAME)!;
const entry = (config: object, making?: Partial<Making>) => JSON.parse(made(config, making).text);
const SD = { url: 'http://allocator-a:8080/jobs/serviceMonitor%2Fshop%2Fweb%2F0/targets?collector_id=prometheus-a-1', refresh_interval: '10s' };

test('all discovery is exchanged, and all else stays', () => {
  const rest = {
    scrape_interval: '15s', scheme: 'https', tls_config: { insecure_skip_verify: true }, params: { key_file: ['<secret>'] },
    metric_relabel_configs: [{ action: 'drop', source_labels: ['__name__'], regex: 'go_.*' }],
  };
  expect(entry({ ...rest, kubernetes_sd_configs: [{ role: 'endpointslice', kubeconfig_file: '/kubeconfig' }], static_configs: [{ targets: ['a:1'] }], http_sd_configs: [{ url: 'x' }] }))
    .toEqual({ ...rest, job_name: NAME, http_sd_configs: [SD], relabel_configs: [] });
});

test('sharding that the Prometheus Operator would complete is taken out, with the hash that it chose', () => {
  const hash = { action: 'replace', source_labels: ['__address__', '__tmp_hash'], regex: '(.+);', target_label: '__tmp_hash', replacement: '$1' };
  const own = { action: 'keep', source_labels: ['__meta_kubernetes_service_label_app'], regex: 'web' };
  const last = { action: 'keep', source_labels: ['__tmp_partition'], regex: '1' };
  const steps = [own, hash, { action: 'hashmod', source_labels: ['__tmp_hash'], modulus: 1, target_label: '__tmp_hash' }, { action: 'keep', source_labels: ['__tmp_hash'], regex: '$(SHARD)' }];
  expect(entry({ relabel_configs: steps }, { lastRelabelings: [last] }).relabel_configs).toEqual([own, hash, last]);
});

test('jobs of the configuration, which the allocator tells as well, are left out', () => {
  const answer = { 'shop': { job_name: 'shop' }, 'probe/shop/a': { job_name: 'probe/shop/a' }, [NAME]: { job_name: NAME } };
  expect([...jobsIn(answer, MAKING).keys()]).toEqual(['probe/shop/a', NAME]);
});

test.each<[string, object, string]>([
  ['a password', { basic_auth: { username: 'a', password: '<secret>' } }, 'the value of \'password\' is a secret, which the allocator does not tell'],
  ['a secret in a list', { http_headers: { 'X-Key': { secrets: ['<secret>'] } } }, 'the value of \'secrets\' is a secret, which the allocator does not tell'],
  ['a password in a URL', { proxy_url: 'http://user:xxxxx@proxy.example.com' }, 'the value of \'proxy_url\' is a secret, which the allocator does not tell'],
  ['a token of the sender', { authorization: { credentials_file: '/token' } }, '\'credentials_file\' names a file of the sender, \'/token\''],
  ['files of headers', { http_headers: { 'X-Key': { files: ['/key'] } } }, '\'files\' names a file of the sender, \'/key\''],
])('%s is an obstacle', (_, config, obstacle) => expect(made(config).obstacle).toBe(obstacle));

test('a secret of its discovery is none, for that stays with the allocator', () => {
  expect(made({ http_sd_configs: [{ url: 'x', basic_auth: { password: '<secret>' } }] }).obstacle).toBeUndefined();
});

test.each([[[]], [null], ['jobs'], [{ [NAME]: null }], [{ [NAME]: [] }]])('no jobs: %j', answer =>
  expect(() => jobsIn(answer, MAKING)).toThrow('it answers with something else than jobs'));
