import { JsonPatch } from 'cdk8s';
import { ConfigFiles } from '../../src/core/config-file';
import { Graph } from '../../src/core/graph';
import { ProgramName } from '../../src/core/images';
import { JobWorkload, JobWorkloadProps } from '../../src/core/job-workload';
import { NetworkPeer } from '../../src/core/network-peer';
import { podFrame } from '../../src/core/pod';
import { Topology } from '../../src/topology';
import { errorsOf, fixture, manifest, manifests } from '../fixture';
import { component } from './checks/workload';

const CRON = { schedule: '@daily' };

function job(props: Partial<JobWorkloadProps> = {}) {
  const { app, chart } = fixture();
  const group = { program: ProgramName.PUSHGATEWAY_CLIENT, instance: 'report', component: 'push-job' };
  const files = new ConfigFiles(chart, 'config', { name: 'settings', labels: {}, files: { 'a.json': () => '{}' } });
  const { volume } = files.mount('/etc/report');
  const workload = new JobWorkload(chart, 'report', {
    name: 'report',
    group,
    job: { backoffLimit: 1 },
    pod: account => {
      const { metadata, spec } = podFrame(chart, { group, container: 'job', options: {} }, account);
      return { metadata, spec: { ...spec, restartPolicy: 'Never', containers: [{ name: 'job' }], volumes: [volume] } };
    },
    ...props,
  });
  return { app, chart, graph: Graph.of(chart), workload, configMap: files.node.findChild('Resource') };
}

test('a Job, or a CronJob around it', () => {
  const { backoffLimit, template } = manifest(job().chart, 'Job', 'report').spec;
  expect([backoffLimit, template.spec.serviceAccountName]).toEqual([1, 'report']);
  const { schedule, jobTemplate } = manifest(job({ cron: CRON }).chart, 'CronJob', 'report').spec;
  expect([schedule, jobTemplate.spec]).toEqual(['@daily', { backoffLimit, template }]);
});

test('an account of its own, or one that is made elsewhere', () => {
  const accounts = (props: Partial<JobWorkloadProps>) => manifests(job(props).chart).filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
  expect(accounts({})).toEqual(['report']);
  expect(accounts({ serviceAccountName: 'reporter' })).toEqual([]);
  expect(manifest(job({ serviceAccountName: 'reporter' }).chart, 'Job', 'report').spec.template.spec.serviceAccountName).toBe('reporter');
});

test('policies on both ends, and the picture, follow from what it is connected to', () => {
  const { chart, graph, workload } = job({ cron: CRON });
  const store = component(chart, 'store');
  graph.connect(workload, store.endpoint('http'), 'pushes metrics');
  graph.connectPeer({ workload, direction: 'to', peer: NetworkPeer.namespace('databases'), why: 'does its work' });
  const { ingress, egress, podSelector } = manifest(chart, 'NetworkPolicy', 'report').spec;
  expect([ingress, egress.length]).toEqual([[], 3]);
  expect(manifest(chart, 'NetworkPolicy', 'store').spec.ingress).toEqual([{ ports: [{ port: 10902, protocol: 'TCP' }], from: [{ podSelector }] }]);
  expect(Topology.of(chart).toMermaid().split('\n').slice(1, 6)).toEqual([
    '  n1("store<br/>Deployment, 2 pods"):::thanos',
    '  n2("report<br/>push-job<br/>CronJob, 1 pod"):::other',
    '  n3("all pods<br/>namespace databases"):::outside',
    '  n2 -->|"pushes metrics<br/>:10902"| n1',
    '  n2 -->|"does its work"| n3',
  ]);
});

test('self-monitoring does not look for it', () => {
  const { chart, graph } = job();
  const store = component(chart, 'store');
  graph.monitor(store, chart);
  expect(graph.monitoredBy(store)).toEqual([store]);
});

test.each([undefined, CRON])('fails with a name that Kubernetes refuses: %p', cron => {
  const { app } = job({ name: 'Report', cron });
  expect(errorsOf(app)).toContain("[monitoring/report] The name 'Report' is no DNS label: Kubernetes allows lower-case letters, digits and '-', beginning with a letter "
    + "and ending with a letter or digit. Give the part another 'name' or id. (name-not-dns)");
});

test.each([undefined, CRON])('fails where a patch renames a ConfigMap that it mounts: %p', cron => {
  const { app, configMap } = job({ cron });
  (configMap as JobWorkload['controllers'][0]).addJsonPatch(JsonPatch.replace('/metadata/name', 'other'));
  expect(errorsOf(app)).toEqual([
    `[monitoring/report] Pods of ${cron ? 'CronJob' : 'Job'} 'report' mount ConfigMap 'settings', but a patch of 'monitoring/config/Resource' prints it as 'other' `
    + "in namespace 'monitoring'. Take back the patch of its name or namespace. (config-map-renamed)",
  ]);
});

test.each([[undefined, '/spec'], [CRON, '/spec/jobTemplate/spec']])('fails where a patch leaves no containers: %p', (cron, path) => {
  const { app, workload: { controllers: [controller] } } = job({ cron });
  controller.addJsonPatch(JsonPatch.replace(`${path}/template/spec/containers`, []));
  expect(errorsOf(app)).toEqual([
    `[monitoring] A JSON patch of ${cron ? 'CronJob' : 'Job'} 'report' cannot be applied: of what it leaves, `
    + `'${path.slice(1).replace(/\//g, '.')}.template.spec.containers' must be a list of containers. Correct its path or its value. (patch-not-applicable)`,
  ]);
});
