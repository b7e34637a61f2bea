import * as path from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { NODE_IMAGE } from '../../cluster/images';
import { bundle } from '../../generator/bundle';

/** The receiver, and its Service and all else that it needs. */
export const RECEIVER_NAME = 'webhook-receiver';
/** Labels of its pod. */
export const RECEIVER_LABELS = { 'app.kubernetes.io/name': RECEIVER_NAME };
/** Number of its port. */
export const RECEIVER_PORT = 8080;

const USER = 1000;
const SCRIPTS = '/scripts';

/**
 * The objects of the receiver, for a namespace that is not the platform's: one pod, which remembers in memory, and is reached by
 * Alertmanagers of the platform alone.
 */
export function receiverObjects(namespace: string, platformNamespace: string): KubernetesObject[] {
  const object = (apiVersion: string, kind: string, rest: object): KubernetesObject =>
    ({ apiVersion, kind, metadata: { name: RECEIVER_NAME, namespace, labels: RECEIVER_LABELS }, ...rest });
  return [
    object('v1', 'ConfigMap', { data: { 'receiver.js': bundle(path.join(__dirname, 'main.ts')) } }),
    object('v1', 'Service', { spec: { selector: RECEIVER_LABELS, ports: [{ name: 'http', port: RECEIVER_PORT }] } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', { spec: policy(platformNamespace) }),
    object('apps/v1', 'StatefulSet', {
      spec: {
        replicas: 1, serviceName: RECEIVER_NAME, selector: { matchLabels: RECEIVER_LABELS }, template: { metadata: { labels: RECEIVER_LABELS }, spec: pod() },
      },
    }),
  ];
}

function policy(platformNamespace: string): object {
  return {
    podSelector: { matchLabels: RECEIVER_LABELS },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{
      from: [{
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': platformNamespace } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'alertmanager' } },
      }],
      ports: [{ port: RECEIVER_PORT }],
    }],
    egress: [],
  };
}

function pod(): object {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{
      name: RECEIVER_NAME,
      image: NODE_IMAGE,
      imagePullPolicy: 'IfNotPresent',
      command: ['node', `${SCRIPTS}/receiver.js`],
      env: [{ name: 'PORT', value: String(RECEIVER_PORT) }],
      ports: [{ name: 'http', containerPort: RECEIVER_PORT }],
      readinessProbe: { httpGet: { path: '/healthy', port: 'http' }, periodSeconds: 2 },
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '192Mi' } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'scripts', mountPath: SCRIPTS, readOnly: true }],
    }],
    volumes: [{ name: 'scripts', configMap: { name: RECEIVER_NAME } }],
  };
}
