import type { Manifest } from '../examples';
import { Control, FOLDER, NAMESPACE, POD_LABELS, toControl } from './controls';

const FILE = 'targetallocator.yaml';

const CONFIG = `collector_namespace: ${NAMESPACE}
collector_selector:
  matchlabels:
    app: sender
config:
  scrape_configs:
    - job_name: pods
      kubernetes_sd_configs:
        - role: pod
`;

const SENDER_CONFIG = `scrape_configs:
  - job_name: pods
    http_sd_configs:
      - url: http://allocator.${NAMESPACE}.svc.cluster.local:8080/jobs/pods/targets?collector_id=$(POD_NAME)
`;

const namespace = NAMESPACE;

/** A sender that asks an allocator, and the Service between them. */
function surroundings(senderConfig: string): Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'sender-0', namespace, labels: { app: 'sender' } },
      spec: {
        containers: [{ name: 'sender', image: 'example.com/sender:control', ports: [{ name: 'web', containerPort: 9090 }] }],
        volumes: [{ name: 'template', configMap: { name: 'sender' } }],
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sender', namespace }, data: { 'prometheus.yaml': senderConfig } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'allocator', namespace }, spec: { selector: POD_LABELS, ports: [{ port: 8080, targetPort: 'http' }] } },
  ];
}

/** An allocator that becomes ready, and has something wrong all the same. */
function allocator(what: string, because: RegExp, config: string, senderConfig: string = SENDER_CONFIG): Control {
  return toControl(what, because, {
    program: 'target-allocator',
    args: [`--config-file=${FOLDER}/${FILE}`, '--listen-addr=:8080'],
    files: { [FILE]: config },
    container: { ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { httpGet: { path: '/readyz', port: 'http' } } },
    others: surroundings(senderConfig),
  });
}

/** Target allocators and senders that are broken in one place, of which the programs themselves mostly say nothing. */
export const ALLOCATOR_CONTROLS: readonly Control[] = [
  allocator('a selector that finds no sender', /senders that it has found for the job 'pods' are none/, CONFIG.replace('app: sender', 'app: senders')),
  allocator('a selector that finds pods that are no senders', /that it has found for the job 'pods' are [^]*control/, CONFIG.replace(/matchlabels:\n.*/, 'matchlabels: {}')),
  allocator('an unknown field in the configuration of an allocator', /'filter_strategie'/, `filter_strategie: relabel-config\n${CONFIG}`),
  allocator('an unknown field in a job of an allocator', /did not take as they are written: jobs\.pods\.relabel_configs\.0\.source_label\.0/,
    `${CONFIG}      relabel_configs: [{action: labeldrop, regex: a, source_label: [a]}]\n`),
  allocator('an unknown role of service discovery', /unknown Kubernetes SD role/, CONFIG.replace('role: pod', 'role: pods')),
  allocator('a job that an allocator does not have', /it has the jobs pods, and is asked for others/, CONFIG, SENDER_CONFIG.replace('job_name: pods', 'job_name: others')),
  allocator('a Service that is not in front of the allocator', /there are 0/, CONFIG, SENDER_CONFIG.replace('allocator.', 'other.')),
  toControl('a sender that asks for the targets of another', /it asks for the targets of sender-0/, {
    program: 'prometheus',
    args: [`--config.file=${FOLDER}/prometheus.yaml`],
    files: { 'prometheus.yaml': SENDER_CONFIG.replace('$(POD_NAME)', 'sender-0') },
    container: { readinessProbe: undefined },
  }),
];
