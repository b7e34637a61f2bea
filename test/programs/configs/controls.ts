import type { Container } from 'kubernetes-types/core/v1';
import type { Manifest } from '../examples';
import { WorkloadPod, podOf } from '../pods';

/** A pod whose configuration is broken in one place: a check that lets it pass is worth nothing. */
export interface Control {
  readonly what: string;
  /** What a program says of it: refused for another reason, it would prove nothing. */
  readonly because: RegExp;
  readonly pod: WorkloadPod;
  readonly objects: readonly Manifest[];
}

interface Shape {
  readonly program: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** What the container has in the place of a port at which nothing listens. */
  readonly container?: Partial<Container>;
  /** Objects around the pod. */
  readonly others?: readonly Manifest[];
}

/** Where a control's files are. */
export const FOLDER = '/etc/control';
/** Where all objects of a control are. */
export const NAMESPACE = 'control';
/** The labels of a control's pod. */
export const POD_LABELS = { app: 'control' };

/** A pod with one program. */
export function toControl(what: string, because: RegExp, { program, args, files = {}, container: given, others = [] }: Shape): Control {
  const metadata = { name: 'control', namespace: NAMESPACE, labels: POD_LABELS };
  const container: Container = {
    name: 'control',
    image: `example.com/${program}:control`,
    args: [...args],
    // Never passes: a busy machine may take its time, but the program must end.
    ports: [{ containerPort: 1 }],
    readinessProbe: { tcpSocket: { port: 1 } },
    volumeMounts: [{ name: 'files', mountPath: FOLDER }],
    ...given,
  };
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [container], volumes: [{ name: 'files', configMap: { name: 'control' } }] },
  };
  const objects: Manifest[] = [manifest, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files }, ...others];
  return { what, because, pod: podOf({ example: 'control', manifest })!, objects };
}

const router = ['receive', '--label=a="b"', `--receive.hashrings-file=${FOLDER}/hashrings.json`, '--receive.hashrings-algorithm=ketama'];
const ingestor = ['receive', '--label=a="b"'];
const query = ['query', `--endpoint.sd-config-file=${FOLDER}/endpoints.yaml`];
const store = ['store'];
const folderBucket = '--objstore.config={type: FILESYSTEM, config: {directory: bucket}}';
const frontend = ['query-frontend', '--query-frontend.downstream-url=http://query:9090'];
const alertmanager = [`--config.file=${FOLDER}/alertmanager.yaml`, '--storage.path=data'];
const prometheus = [`--config.file=${FOLDER}/prometheus.yaml`];

const withFile = (program: string, args: readonly string[], name: string, text: string): Shape => ({ program, args, files: { [name]: text } });
const thanos = (args: readonly string[]): Shape => ({ program: 'thanos', args });

/** One broken configuration of each kind. */
export const CONTROLS: readonly Control[] = [
  toControl('a hashring file that is not JSON', /configuration file is not parsable/, withFile('thanos', router, 'hashrings.json', '[{')),
  toControl('a hashring without endpoints', /amount of endpoints/, withFile('thanos', router, 'hashrings.json', '[{"hashring": "a", "endpoints": []}]')),
  toControl('an unknown field in a hashring file', /'algoritm'/, withFile('thanos', router, 'hashrings.json', '[{"endpoints": ["a:10901"], "algoritm": "ketama"}]')),
  toControl('an unknown field in a limits file', /max_concurency not found/, withFile('thanos',
    [...ingestor, `--receive.limits-config-file=${FOLDER}/limits.yaml`], 'limits.yaml', 'write: {global: {max_concurency: 3}}')),
  toControl('a strict DNS endpoint', /unable to load config initially/, withFile('thanos', query, 'endpoints.yaml', 'endpoints: [{address: "dns+a:10901", strict: true}]')),
  toControl('an unknown field in an endpoint file', /'addres'/, withFile('thanos', query, 'endpoints.yaml', 'endpoints: [{addres: "a:10901"}]')),
  toControl('an unknown field in an object store configuration', /field buket not found/, thanos([...store, '--objstore.config={type: S3, config: {bucket: abc, endpoint: "s3:1", buket: abc}}'])),
  toControl('an object store without a bucket', /Bucket name cannot be empty/, thanos([...store, '--objstore.config={type: S3, config: {endpoint: "s3:1"}}'])),
  toControl('an unknown field in an index cache configuration', /'maxsize'/, thanos([...store, folderBucket, '--index-cache.config={type: IN-MEMORY, config: {maxsize: 1GB}}'])),
  toControl('an index cache smaller than its largest item', /cannot be bigger than overall cache size/, thanos([...store, folderBucket, '--index-cache.config={type: IN-MEMORY, config: {max_size: 1MB}}'])),
  toControl('an unknown type of response cache', /response cache with type NONE is not supported/, thanos([...frontend, '--query-range.response-cache-config={type: NONE}'])),
  toControl('an unknown field in a tripper configuration', /field max_idle not found/, thanos([...frontend, '--query-frontend.downstream-tripper-config={max_idle: 3}'])),
  toControl('a value that a flag does not take', /not a valid duration/, thanos([...query.slice(0, 1), '--query.timeout=soon'])),
  toControl('an unknown flag', /unknown long flag '--no-such-flag'/, thanos([...store, folderBucket, '--no-such-flag'])),
  toControl('an unknown field in a Prometheus configuration', /field scrape_intervall not found/, withFile('prometheus', prometheus, 'prometheus.yaml', 'global: {scrape_intervall: 5s}')),
  toControl('a route to a receiver that is not there', /amtool check-config:[^]*undefined receiver "b" used in route/, withFile('alertmanager', alertmanager, 'alertmanager.yaml',
    'route: {receiver: b}\nreceivers: [{name: a}]')),
  toControl('a template that Go does not parse', /amtool check-config:[^]*unclosed action/, {
    program: 'alertmanager',
    args: alertmanager,
    files: { 'alertmanager.yaml': `templates: [${FOLDER}/*.tmpl]\nroute: {receiver: a}\nreceivers: [{name: a}]`, 'a.tmpl': '{{ define "a" }}{{ .Alerts' },
  }),
  toControl('a rule that PromQL does not parse', /unclosed left parenthesis/, withFile('thanos',
    ['rule', `--rule-file=${FOLDER}/rules.yaml`, '--query=127.0.0.1:9'], 'rules.yaml', 'groups: [{name: a, rules: [{record: a, expr: "sum(b"}]}]')),
  toControl('rules in the configuration of an agent', /rule_files is not allowed in agent mode/, withFile('prometheus', [...prometheus, '--agent'], 'prometheus.yaml', 'rule_files: [a.yaml]')),
  toControl('a server flag on an agent', /can not be used in agent mode/, withFile('prometheus', [...prometheus, '--agent', '--storage.tsdb.path=data'], 'prometheus.yaml', 'global: {}')),
];
