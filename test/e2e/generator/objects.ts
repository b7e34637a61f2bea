import type { KubernetesObject } from '@kubernetes/client-node';
import { bundle } from './bundle';
import { LAST_WORDS } from './program';
import { type Load, MAX_SERIES } from './series';
import { NODE_IMAGE } from '../cluster/images';

/** What is to be loaded, and by how much. */
export interface GeneratorOptions {
  /** Namespace of the generator, another one than the platform's. */
  readonly namespace: string;
  /** Namespace of the platform, whose senders alone may scrape. */
  readonly scrapedFrom: string;
  /** Pods, each a target unless it has more. */
  readonly pods: number;
  /** Targets of each pod, at a port each. Of several, one port before the first tells what all of them remember. @default 1 */
  readonly targets?: number;
  /** Series of each target. */
  readonly series: number;
  /** How many of them change a label every so often. @default 0 */
  readonly churning?: number;
  /** Seconds between two such changes. @default 600 */
  readonly churnEvery?: number;
  /** Further labels of each series; with eight it is as long as a usual one. @default 0 */
  readonly fillers?: number;
  /** Node's image. @default - the one that the continuous test has */
  readonly image?: string;
}

/** What a scrape job looks for. */
export const GENERATOR_LABELS = { 'app.kubernetes.io/name': 'load-generator' };
export const GENERATOR_PORT = { name: 'metrics', number: 8080 };
export const GENERATOR_NAME = 'generator';
/** Where pods of several targets tell what these remember, as an object by port. */
export const LIVES_PORT = GENERATOR_PORT.number - 1;

const USER = 1000;
const SCRIPTS = '/scripts';
const MIB = 2 ** 20;

/** The generator's objects, without their namespace. Its pods are `generator-0`, `generator-1`, … */
export function generatorObjects(options: GeneratorOptions): KubernetesObject[] {
  const load: Load = { series: options.series, churning: options.churning ?? 0, churnEvery: options.churnEvery ?? 600, fillers: options.fillers ?? 0 };
  const targets = options.targets ?? 1;
  if (load.series > MAX_SERIES || load.churning > load.series) {
    throw new Error(`A generator's pod serves at most ${MAX_SERIES} series, of which all may churn, but was asked for ${load.series} with ${load.churning} that churn. Use more pods.`);
  }
  const object = (apiVersion: string, kind: string, rest: object): KubernetesObject =>
    ({ apiVersion, kind, metadata: { name: GENERATOR_NAME, namespace: options.namespace, labels: GENERATOR_LABELS }, ...rest });
  return [
    object('v1', 'ConfigMap', { data: { 'generator.js': bundle() } }),
    object('v1', 'Service', { spec: { clusterIP: 'None', selector: GENERATOR_LABELS, ports: [{ name: GENERATOR_PORT.name, port: GENERATOR_PORT.number }] } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: policy(options.scrapedFrom, targets) }),
    object('apps/v1', 'StatefulSet', {
      spec: {
        replicas: options.pods,
        serviceName: GENERATOR_NAME,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: GENERATOR_LABELS },
        template: { metadata: { labels: GENERATOR_LABELS }, spec: pod(load, targets, options.image ?? NODE_IMAGE) },
      },
    }),
  ];
}

function policy(scrapedFrom: string, targets: number): object {
  return {
    podSelector: { matchLabels: GENERATOR_LABELS },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{
      from: [{
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': scrapedFrom } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      }],
      ports: [{ port: GENERATOR_PORT.number, endPort: targets > 1 ? GENERATOR_PORT.number + targets - 1 : undefined }],
    }],
    egress: [],
  };
}

function pod(load: Load, targets: number, image: string): object {
  const { name, number } = GENERATOR_PORT;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, seccompProfile: { type: 'RuntimeDefault' } },
    terminationGracePeriodSeconds: LAST_WORDS / 1000 + 10,
    topologySpreadConstraints: [{
      maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: GENERATOR_LABELS },
    }],
    containers: [{
      name: GENERATOR_NAME,
      image,
      imagePullPolicy: 'IfNotPresent',
      command: ['node', `${SCRIPTS}/generator.js`],
      env: [{ name: 'LOAD', value: JSON.stringify(load) }, { name: 'PORT', value: String(number) }, { name: 'TARGETS', value: String(targets) }],
      ports: Array.from({ length: targets }, (_, target) => ({ name: target === 0 ? name : `${name}-${target}`, containerPort: number + target })),
      readinessProbe: { httpGet: { path: '/healthy', port: name }, periodSeconds: 2 },
      resources: { requests: { cpu: '20m', memory: memory(load.series * targets, 64, 1) }, limits: { memory: memory(load.series * targets, 192, 4) } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'scripts', mountPath: SCRIPTS, readOnly: true }],
    }],
    volumes: [{ name: 'scripts', configMap: { name: GENERATOR_NAME } }],
  };
}

const memory = (series: number, baseMib: number, kibPerSeries: number): string => `${Math.ceil(baseMib + series * kibPerSeries * 1024 / MIB)}Mi`;
