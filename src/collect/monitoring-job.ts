import { PLATFORM_STEPS, WITHOUT_PUSHED } from './default-metric-relabelings';
import { podDiscovery } from './discovery';
import { readJob, ResolvedJob } from './resolved-job';
import { READY_MADE_JOB_FIELDS, ReadyMadeJobOptions } from './scrape-job-options';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels, PLATFORM_JOB } from '../core/labels';
import type { PodWorkload } from '../core/pod-workload';
import { literal, RelabelConfig } from '../core/relabeling';

const METRICS_PATH = '/metrics';
const PROGRAM = '__meta_kubernetes_pod_label_app_kubernetes_io_name';
const INSTANCE = '__meta_kubernetes_pod_label_app_kubernetes_io_instance';
const COMPONENT = '__meta_kubernetes_pod_label_app_kubernetes_io_component';
const PORT = '__meta_kubernetes_pod_container_port_name';

/** Seconds between two scrapes, unless the senders scrape more often: alerts of the platform, and what scales its senders, look at rates over five minutes. */
const PLATFORM_INTERVAL = 60;
/** Seconds; with more, five minutes may have one sample only, of which there is no rate. */
export const LONGEST_PLATFORM_INTERVAL = 120;

/**
 * The job that scrapes every program that `from` monitors, at the ports that they declare for metrics and at no other.
 *
 * Its label `job` is that of the public mixins, whose dashboards and alerts then fit as they are: `prometheus` for Prometheus, and
 * `thanos-<component>` for Thanos, where they look for `thanos-receive`, `thanos-query` and so on in it.
 */
export function monitoringJob(from: PodWorkload, namespaces: string[], scrapeInterval: number, options: ReadyMadeJobOptions): ResolvedJob {
  const podLabels = { 'app.kubernetes.io/managed-by': commonLabels(from, from.group)['app.kubernetes.io/managed-by'] };
  return readJob(from, PLATFORM_JOB, {
    fields: READY_MADE_JOB_FIELDS,
    defaults: scrapeInterval > PLATFORM_INTERVAL ? { scrapeInterval: PLATFORM_INTERVAL } : undefined,
    metricRelabelings: () => (Graph.of(from).monitoredBy(from).some(({ group }) => group.program === ProgramName.PUSHGATEWAY)
      ? [...PLATFORM_STEPS, WITHOUT_PUSHED] : PLATFORM_STEPS),
    discover: () => {
      const { config, rights, relabelings } = podDiscovery({ namespaces, podLabels });
      return {
        config,
        rights,
        // The graph knows each pod that is scraped, and names it to the policies.
        peers: [],
        // Read when the configuration is written, for programs may be added until then.
        get relabelings() {
          return [...portSteps(Graph.of(from).monitoredBy(from)), ...relabelings, ...JOB_STEPS];
        },
      };
    },
  }, options);
}

const JOB_STEPS: RelabelConfig[] = [
  { action: 'replace', source_labels: [PROGRAM], target_label: 'job' },
  { action: 'replace', source_labels: [PROGRAM, COMPONENT], regex: `(${ProgramName.THANOS});(.+)`, target_label: 'job', replacement: '$1-$2' },
];

/** Keeps the ports that serve metrics, and says where. */
function portSteps(workloads: PodWorkload[]): RelabelConfig[] {
  const ports = workloads.flatMap(({ group, ports: own }) => own.flatMap(({ name, metrics }) =>
    metrics ? [{ metrics, port: [group.instance, group.component, name].map(literal).join(';') }] : []));
  const regex = (chosen: typeof ports) => [...new Set(chosen.map(({ port }) => port))].join('|');
  const unusual = [...new Set(ports.map(({ metrics }) => metrics))].filter(path => path !== METRICS_PATH);
  return [
    { action: 'keep', source_labels: [INSTANCE, COMPONENT, PORT], regex: regex(ports) },
    ...unusual.map(path => ({
      action: 'replace',
      source_labels: [INSTANCE, COMPONENT, PORT],
      regex: regex(ports.filter(({ metrics }) => metrics === path)),
      target_label: '__metrics_path__',
      replacement: path,
    })),
  ];
}
