import type { Construct } from 'constructs';
import { alertmanagersConfig, queryConfig, remoteWrite, Replica, Replicas } from './ruler-config';
import { RULE_REPLICA, RULER_FIELDS, RulerSettings } from './ruler-props';
import type { IAlertSink, RemoteWriteEndpoint } from '../core/endpoint';
import { literalArgument, renderFlags } from '../core/flags';
import { HttpClient, SECRETS, secretsOf } from '../core/http-client';
import { ProgramName } from '../core/images';
import type { GroupLabels } from '../core/labels';
import { connectionOf, connectObjectStore, ObjectStoreAccess, objectStoreProps } from '../core/object-store';
import { MountedVolume, sameOrdinalApart } from '../core/pod';
import type { PodSet, PodWorkload } from '../core/pod-workload';
import { secretFiles } from '../core/secret-files';
import { THANOS_GRACE, THANOS_HTTP, thanosWorkload } from '../core/thanos';
import { durationText, memoryQuantity, MIB } from '../core/units';
import { stringify } from '../core/yaml';
import { LOADER_WEB, RuleLoader } from '../rule-loader/rule-loader';
import { thanosRuleChecks } from '../rule-loader/trials';

/** What the pods need to know of others, who may come later. */
interface RulerInputs {
  readonly target?: RemoteWriteEndpoint;
  readonly client: HttpClient;
  readonly replicas: Replicas;
  readonly sinks: () => IAlertSink[];
  /** Labels that the receiver's series have beside those of an alert. */
  readonly storedLabels: () => string[];
}

const HOME = '/var/thanos';
const DATA = { folder: 'rule', path: `${HOME}/rule` };
const RULES = { folder: 'rules', path: `${HOME}/rules` };

/** ConfigMaps hold a MiB each; two versions of them stay. */
const RULES_VOLUME = 512 * MIB;

/** Seconds until a ruler that starts has loaded its rules, beside the interval after which all of them have been evaluated; derivation. */
const START_TIME = 60;

/** Where Thanos' image has its program. */
const THANOS = '/bin/thanos';

/** Seconds to replay a WAL and to read the rules. */
const STARTUP = 600;

/** One StatefulSet a replica, a pod a shard, all behind one headless Service and under one PodDisruptionBudget. */
export function addRulerPods(ruler: Construct, settings: RulerSettings, inputs: RulerInputs): PodWorkload {
  const { name, remoteWrite: target, shards = 1, replicas } = settings;
  const group: GroupLabels = { program: ProgramName.THANOS, instance: name, component: 'rule' };
  const bucket = settings.bucket && connectionOf(ruler, settings.bucket, ObjectStoreAccess.READ_WRITE);
  const access = bucket && objectStoreProps(bucket);
  const stateful = !target;
  const loader = newLoader(ruler, group, settings, stateful);
  const workload = thanosWorkload(ruler, 'rule', {
    ...access,
    subcommand: 'rule',
    instance: name,
    component: group.component,
    name,
    kind: 'StatefulSet',
    grpc: true,
    extraPorts: [LOADER_WEB],
    sets: inputs.replicas.replicas.map((replica, index) => replicaSet(replica, index, settings, inputs)),
    args: () => rulerArgs(settings, inputs, access?.args ?? []),
    options: settings,
    resources: { ...settings, ephemeralStorage: stateful ? undefined : settings.storageSize },
    initContainers: loader.initContainers,
    sidecars: [loader.sidecar],
    volumes: [...access?.volumes ?? [], ...ownVolumes(settings, stateful), ...loader.volumes, ...secretFiles(SECRETS, secretsOf(inputs.client))],
    annotations: loader.annotations,
    storage: stateful ? { name: 'data', mountPath: HOME, subPaths: [DATA.folder, RULES.folder], size: settings.storageSize, storageClassName: settings.storageClassName } : undefined,
    maxUnavailable: replicas * shards > 1 ? 1 : undefined,
    podAntiAffinity: replicas > 1 && shards > 1 ? sameOrdinalApart(group) : undefined,
    startup: STARTUP,
    terminationGracePeriod: THANOS_GRACE,
  });
  loader.admit(workload);
  if (bucket) {
    connectObjectStore(workload, bucket, 'uploads blocks');
  }
  return workload;
}

function newLoader(ruler: Construct, group: GroupLabels, settings: RulerSettings, stateful: boolean): RuleLoader {
  const { name, image, logLevel, shards = 1, rulesSelector, allNamespaces, namespaces, webRoutePrefix = '' } = settings;
  const features = renderFlags(
    { experimentalFunctions: RULER_FIELDS.experimentalFunctions, xFunctions: RULER_FIELDS.xFunctions },
    { experimentalFunctions: settings.experimentalFunctions, xFunctions: settings.xFunctions },
  );
  return new RuleLoader(ruler, 'rule-loader', {
    name,
    group,
    program: ProgramName.THANOS,
    image,
    judge: THANOS,
    checks: judge => thanosRuleChecks(judge, features),
    reloadUrl: `http://127.0.0.1:${THANOS_HTTP.port}${webRoutePrefix.replace(/\/$/, '')}/-/reload`,
    selector: rulesSelector,
    namespaces: allNamespaces ? [] : namespaces,
    shards,
    // On the volume of a stateful ruler, the last good version of a file outlives the pod.
    rules: stateful ? { name: 'data', mountPath: RULES.path, subPath: RULES.folder } : { name: 'rules', mountPath: RULES.path },
    logLevel,
  });
}

/** Of a stateless ruler: a WAL that outlives its pod would not be sent any more. */
function ownVolumes({ storageSize }: RulerSettings, stateful: boolean): MountedVolume[] {
  return stateful ? [] : [
    { mountPath: DATA.path, volume: { name: 'wal', emptyDir: { sizeLimit: memoryQuantity(storageSize) } } },
    { mountPath: RULES.path, readOnly: true, volume: { name: 'rules', emptyDir: { sizeLimit: memoryQuantity(RULES_VOLUME) } } },
  ];
}

/** A roll-out that reaches all replicas at once stops them one after the other: each goes on until the one before it evaluates again. */
function replicaSet(replica: Replica, index: number, settings: RulerSettings, { target, replicas, client }: RulerInputs): PodSet {
  return {
    suffix: replica.name,
    replicas: settings.shards ?? 1,
    labels: { 'thanos.io/replica': replica.name },
    stopDelay: index > 0 ? index * (START_TIME + Math.ceil(settings.evaluationInterval)) : undefined,
    args: [
      `--label=${RULE_REPLICA}="${replica.name}"`,
      ...(target ? [`--remote-write.config=${literalArgument(remoteWrite(settings, target, replica, replicas.label, client))}`] : []),
    ],
  };
}

function rulerArgs(settings: RulerSettings, { sinks, storedLabels }: RulerInputs, access: string[]): string[] {
  const { externalLabels = {}, alertLabelDrop = [], restoreIgnoredLabels = [], alertRelabelings, alertmanagerTimeout, queries = [] } = settings;
  const timeout = alertmanagerTimeout === undefined ? undefined : durationText(alertmanagerTimeout);
  const ignored = settings.remoteWrite ? [...new Set([...Object.keys(externalLabels), ...storedLabels(), ...restoreIgnoredLabels])] : [];
  return [
    `--data-dir=${DATA.path}`,
    `--rule-file=${RULES.path}/current/*`,
    ...Object.entries(externalLabels).map(([label, value]) => `--label=${label}=${literalArgument(JSON.stringify(value))}`),
    ...access,
    `--query.config=${literalArgument(queryConfig(queries))}`,
    ...(sinks().length > 0 ? [`--alertmanagers.config=${literalArgument(alertmanagersConfig(sinks(), timeout))}`] : []),
    ...renderFlags(RULER_FIELDS, settings),
    ...[RULE_REPLICA, ...alertLabelDrop].map(label => `--alert.label-drop=${label}`),
    ...(alertRelabelings ? [`--alert.relabel-config=${literalArgument(stringify(alertRelabelings.map(({ _config }) => _config)))}`] : []),
    ...ignored.map(label => `--restore-ignored-label=${label}`),
  ];
}
