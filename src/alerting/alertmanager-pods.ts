import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import { Recorder, RECORDER_WEB } from './alarm-records';
import { AlertConfig, CONFIG, CONFIG_FILE } from './alert-config';
import { ALERTMANAGER_FIELDS, AlertmanagerFeature, AlertmanagerSettings } from './alertmanager-props';
import { SECRETS } from './config-rows';
import { ConfigFiles } from '../core/config-file';
import { configReloader, RELOADER_WEB } from '../core/config-reloader';
import { EndpointProtocol } from '../core/endpoint';
import { renderFlags } from '../core/flags';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { secretEnvironment } from '../core/object-store';
import { logArgs } from '../core/platform';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { secretFiles } from '../core/secret-files';

export const WEB: WorkloadPort = { name: 'web', port: 9093, protocol: EndpointProtocol.HTTP };
export const MESH: WorkloadPort = { name: 'mesh', port: 9094, protocol: EndpointProtocol.GOSSIP };
export const CLAIM = 'data';
const DATA = '/alertmanager';
/** Folder of the volume that Alertmanager and the recorder share. */
export const EVENTS = `${DATA}/events`;

/** Seconds. It reads its snapshots at the start, and is ready before the mesh has settled. */
const STARTUP = 120;
/** Seconds: it leaves the mesh, and writes silences and what was told. */
const GRACE = 60;
/** Seconds; templates are parsed and groups are made anew. */
const RELOAD_TIMEOUT = 30;

/** What the pods need beside the settings. */
interface AlertmanagerPods {
  readonly config: AlertConfig;
  /** Files of the ConfigMap, of which more may come. */
  readonly files: Record<string, () => string>;
  readonly recorder?: Recorder;
  /** The path before all paths. */
  readonly pathPrefix: string;
}

export const groupOf = (name: string): GroupLabels => ({ program: ProgramName.ALERTMANAGER, instance: name, component: 'alertmanager' });

/** Keeps one mesh from gossiping with another, and tells their records apart. */
export const meshName = (at: Construct, name: string): string => `${Chart.of(at).namespace ?? 'default'}/${name}`;

/** One StatefulSet behind one headless Service: each pod is reached by all senders, and by its peers. */
export function addAlertmanagerPods(at: Construct, settings: AlertmanagerSettings, pods: AlertmanagerPods): PodWorkload {
  const { name, awsAccessKey } = settings;
  const { config, recorder, pathPrefix } = pods;
  const group = groupOf(name);
  const files = new ConfigFiles(at, 'config', { name, labels: commonLabels(at, group), files: pods.files });
  const workload: PodWorkload = new PodWorkload(at, 'alertmanager', {
    name,
    group,
    kind: 'StatefulSet',
    sets: [{ suffix: '', replicas: settings.replicas, labels: {} }],
    ports: [{ ...WEB, metrics: `${pathPrefix}/metrics` }, MESH, RELOADER_WEB, ...(recorder ? [RECORDER_WEB] : [])],
    args: () => alertmanagerArgs(at, settings, workload, recorder !== undefined),
    options: settings,
    resources: settings,
    setsGoMemoryLimit: true,
    environment: [
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ...(awsAccessKey ? secretEnvironment([
        { name: 'AWS_ACCESS_KEY_ID', value: awsAccessKey.accessKeyId }, { name: 'AWS_SECRET_ACCESS_KEY', value: awsAccessKey.secretAccessKey },
      ]) : []),
    ],
    volumes: () => [files.mount(CONFIG), ...secretFiles(SECRETS, config.secrets), ...recorder?.volumes ?? []],
    // Before Alertmanager, which needs the folder, and until after its end, for its last events.
    initContainers: recorder && [{ ...recorder.container, restartPolicy: 'Always' }],
    sidecars: () => [reloader(at, settings, pods)],
    annotations: recorder && { 'checksum/recorder': recorder.hash },
    storage: { name: CLAIM, mountPath: DATA, size: settings.storageSize, storageClassName: settings.storageClassName },
    // Those that are not ready are peers all the same: they have silences, and must hear of what was told.
    publishNotReadyAddresses: true,
    maxUnavailable: settings.replicas > 1 ? 1 : undefined,
    probes: { port: WEB.name, liveness: `${pathPrefix}/-/healthy`, readiness: `${pathPrefix}/-/ready`, startup: STARTUP },
    terminationGracePeriod: GRACE,
  });
  return workload;
}

function reloader(at: Construct, { logLevel }: AlertmanagerSettings, { config, pathPrefix }: AlertmanagerPods): Container {
  const secrets = secretFiles(SECRETS, config.secrets);
  return configReloader(at, {
    // Most notifiers read their credentials for each message, but those of incident.io and Rocket.Chat only when the configuration is loaded.
    watched: [CONFIG, ...secrets.map(({ mountPath }) => mountPath!)],
    mounts: [
      { name: 'config', mountPath: CONFIG, readOnly: true },
      ...secrets.map(({ mountPath, volume }) => ({ name: volume.name, mountPath: mountPath!, readOnly: true })),
    ],
    reloadUrl: `http://127.0.0.1:${WEB.port}${pathPrefix}/-/reload`,
    reloadTimeout: RELOAD_TIMEOUT,
    logLevel,
  });
}

function alertmanagerArgs(at: Construct, settings: AlertmanagerSettings, workload: PodWorkload, records: boolean): string[] {
  const { replicas, name, features = [] } = settings;
  return [
    `--config.file=${CONFIG}/${CONFIG_FILE}`,
    `--storage.path=${DATA}`,
    ...logArgs(at, settings.logLevel),
    `--web.listen-address=0.0.0.0:${WEB.port}`,
    `--cluster.listen-address=${replicas > 1 ? `0.0.0.0:${MESH.port}` : ''}`,
    ...(replicas > 1 ? [
      // Brackets, for it may be an address of IPv6.
      `--cluster.advertise-address=[$(POD_IP)]:${MESH.port}`,
      // One name for all peers, of which there may be more or fewer without a roll-out.
      `--cluster.peer=${workload.endpoint(MESH.name).address}`,
    ] : []),
    ...renderFlags(ALERTMANAGER_FIELDS, {
      externalUrl: `http://${workload.endpoint(WEB.name).address}`,
      clusterLabel: replicas > 1 ? meshName(at, name) : undefined,
      ...settings,
      features: [...new Set([...features, ...(records ? [AlertmanagerFeature.EVENT_RECORDER] : [])])],
    }),
  ];
}
