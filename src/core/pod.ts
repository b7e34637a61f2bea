import { Lazy } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Container, EnvVar, PodTemplateSpec, TopologySpreadConstraint, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Given } from './fields';
import { withExtraArgs } from './flags';
import { IMAGES } from './images';
import { commonLabels, GroupLabels, selectorLabels } from './labels';
import { imageFor, Platform } from './platform';
import type { GivenProgramOptions, PodOptions, ProgramResources } from './program-options';
import { cpuQuantity, memoryQuantity } from './units';

/** A volume, and where the program finds it. */
export interface MountedVolume {
  /** @default - the main container does not mount it, others do */
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly volume: Volume;
}

/** Probes over HTTP at one port. */
interface Probes {
  readonly port: string;
  readonly liveness: string;
  readonly readiness: string;
  /** Seconds that the program may take until it is first ready, e.g. to replay its WAL. */
  readonly startup: number;
  /** Seconds before anybody asks whether it has started. @default 0 */
  readonly startupDelay?: number;
}

/** What every pod has, whether it stays or ends by itself. */
interface PodFrame {
  readonly group: GroupLabels;
  /** Name of the main container. */
  readonly container: string;
  readonly options: Given<PodOptions>;
  /** Labels for the cloud's webhooks. */
  readonly podLabels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Whether the pods call the API server. */
  readonly usesApi?: boolean | (() => boolean);
  /** Who runs it, and owns its volumes. @default - the user of the program's image */
  readonly user?: number;
}

/** What the pods of one workload share. */
export interface PodProps extends PodFrame {
  /** What is run with the arguments. @default - the image's entrypoint */
  readonly command?: string[];
  readonly args: string[] | (() => string[]);
  readonly ports: { name: string; port: number }[];
  readonly options: GivenProgramOptions;
  readonly resources: ProgramResources;
  readonly probes: Probes;
  /** Whether `GOMEMLIMIT` is ours to set, because the program does not look at its cgroup. */
  readonly setsGoMemoryLimit?: boolean;
  readonly environment?: EnvVar[];
  readonly volumes?: MountedVolume[] | (() => MountedVolume[]);
  readonly initContainers?: Container[];
  readonly sidecars?: Container[] | (() => Container[]);
  readonly terminationGracePeriod: number;
  /** Two pods of the workload never share a node, even when one then waits for a node. */
  readonly separateNodes?: boolean;
  /** Sets that hold different data, as shards do: each has a Service of its own, and its pods are spread by themselves. */
  readonly independentSets?: boolean;
  /** Hints where pods should not meet, beyond the spread. */
  readonly podAntiAffinity?: object;
}

/** What differs between the sets of one workload. */
export interface PodSetProps {
  /** Labels that tell the set's pods from the others'. */
  readonly labels: Record<string, string>;
  readonly args?: string[];
  readonly volumes?: MountedVolume[];
  /** Label of the pods of one version, where a new one starts before an old one ends: those of the old are no reason to go elsewhere. */
  readonly versionLabel?: string;
  /** Seconds that a pod goes on working after it was told to stop. */
  readonly stopDelay?: number;
  /** Annotations of the set's pods, made when these are. */
  readonly podAnnotations?: () => Record<string, string>;
  /** Path that answers once the program has started. @default - that of readiness */
  readonly startupPath?: string;
  /** The zone in which all pods of the set run. */
  readonly zone?: string;
  /** Volume claim, mounted but not declared here: whole, or only these folders of it, each at its own place below `mountPath`. */
  readonly claim?: { readonly name: string; readonly mountPath: string; readonly subPaths?: string[] };
}

const RATIO_OF_LIMIT_FOR_GO = 0.9;
const PROBE_PERIOD = 10;

/** No privilege of any kind; a folder that must be written is a volume. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
};

/** One numeric user, who is not root, owns the volumes as well. */
const podSecurity = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

/** Labels, identity, place and privileges of a pod: the same for all, but for what runs in it. */
export function podFrame(scope: IConstruct, pod: PodFrame, serviceAccountName: string) {
  const platform = Platform.of(scope);
  return {
    metadata: {
      labels: { ...commonLabels(scope, pod.group), ...pod.podLabels, ...pod.options.podLabels },
      annotations: { 'kubectl.kubernetes.io/default-container': pod.container, ...pod.annotations, ...pod.options.podAnnotations },
    },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: (typeof pod.usesApi === 'function' ? pod.usesApi() : pod.usesApi) ?? false,
      enableServiceLinks: false,
      securityContext: podSecurity(pod.user ?? IMAGES[pod.group.program].user),
      priorityClassName: pod.options.priorityClassName ?? platform.priorityClassName,
      imagePullSecrets: platform.imagePullSecrets?.map(({ name }) => ({ name })),
      nodeSelector: pod.options.nodeSelector ?? platform.nodeSelector,
      tolerations: pod.options.tolerations ?? platform.tolerations,
    },
  };
}

/** The pod template of one set. */
export function podTemplate(scope: IConstruct, pod: PodProps, set: PodSetProps, serviceAccountName: string): PodTemplateSpec {
  const { metadata: { labels, annotations }, spec } = podFrame(scope, pod, serviceAccountName);
  const volumes = mountedVolumes(pod, set).map(({ volume }) => volume);
  const nodeSelector = { ...spec.nodeSelector, ...(set.zone ? { 'topology.kubernetes.io/zone': set.zone } : {}) };
  return {
    metadata: { labels: { ...labels, ...set.labels }, annotations: { ...annotations, ...set.podAnnotations?.() } },
    spec: {
      ...spec,
      nodeSelector: Object.keys(nodeSelector).length > 0 ? nodeSelector : undefined,
      affinity: pod.podAntiAffinity ? { podAntiAffinity: pod.podAntiAffinity } : undefined,
      topologySpreadConstraints: spread(pod, set),
      terminationGracePeriodSeconds: Math.ceil(pod.terminationGracePeriod) + (set.stopDelay ?? 0),
      initContainers: pod.initContainers,
      containers: [mainContainer(scope, pod, set), ...(typeof pod.sidecars === 'function' ? pod.sidecars() : pod.sidecars ?? [])],
      volumes: volumes.length > 0 ? volumes : undefined,
    },
  };
}

function mountedVolumes({ volumes = [] }: PodProps, set: PodSetProps): MountedVolume[] {
  return [...(typeof volumes === 'function' ? volumes() : volumes), ...(set.volumes ?? [])];
}

function mainContainer(scope: IConstruct, pod: PodProps, set: PodSetProps): Container {
  const mounts = mountedVolumes(pod, set).flatMap(({ volume, mountPath, readOnly }) => (mountPath ? [{ name: volume.name, mountPath, readOnly }] : []));
  const claim = claimMounts(set);
  const args = () => withExtraArgs([...(typeof pod.args === 'function' ? pod.args() : pod.args), ...(set.args ?? [])], pod.options.extraArgs);
  const environment = [
    ...(pod.environment ?? []),
    ...(pod.setsGoMemoryLimit ? [{ name: 'GOMEMLIMIT', value: String(Math.floor(pod.resources.memoryLimit * RATIO_OF_LIMIT_FOR_GO)) }] : []),
  ];
  return {
    name: pod.container,
    image: imageFor(scope, pod.group.program, pod.options.image),
    imagePullPolicy: 'IfNotPresent',
    command: pod.command,
    args: Lazy.any({ produce: args }),
    env: environment.length > 0 ? environment : undefined,
    ports: pod.ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    resources: containerResources(pod.resources),
    securityContext: CONTAINER_SECURITY,
    lifecycle: set.stopDelay ? { preStop: { sleep: { seconds: set.stopDelay } } } : undefined,
    volumeMounts: mounts.length + claim.length > 0 ? [...claim, ...mounts] : undefined,
    ...probes(pod.probes, set),
  };
}

function claimMounts({ claim }: PodSetProps): VolumeMount[] {
  if (!claim) {
    return [];
  }
  const { name, mountPath, subPaths } = claim;
  return subPaths ? subPaths.map(subPath => ({ name, mountPath: `${mountPath}/${subPath}`, subPath })) : [{ name, mountPath }];
}

/** A memory limit, but none of CPU: throttling makes a monitoring system late just when it is needed. */
export function containerResources({ cpuRequest, memoryRequest, memoryLimit, ephemeralStorage }: ProgramResources) {
  return {
    requests: {
      cpu: cpuQuantity(cpuRequest),
      memory: memoryQuantity(memoryRequest),
      ...(ephemeralStorage ? { 'ephemeral-storage': memoryQuantity(ephemeralStorage) } : {}),
    },
    limits: { memory: memoryQuantity(memoryLimit) },
  };
}

const probe = (port: string, path: string) => ({ httpGet: { path, port, scheme: 'HTTP' }, periodSeconds: PROBE_PERIOD, timeoutSeconds: 5 });

/** Whether a container must be started again. */
export const livenessProbe = (port: string, path = '/-/healthy') => ({ ...probe(port, path), failureThreshold: 6 });

function probes({ port, liveness, readiness, startup, startupDelay }: Probes, { startupPath = readiness }: PodSetProps) {
  return {
    startupProbe: { ...probe(port, startupPath), initialDelaySeconds: startupDelay, failureThreshold: Math.ceil(startup / PROBE_PERIOD) },
    livenessProbe: livenessProbe(port, liveness),
    readinessProbe: { ...probe(port, readiness), failureThreshold: 3 },
  };
}

/** Over zones as far as possible; over nodes strictly where two pods on one node would undo the replication. */
function spread({ group, separateNodes, independentSets }: PodProps, { labels, versionLabel }: PodSetProps): TopologySpreadConstraint[] {
  const labelSelector = { matchLabels: { ...selectorLabels(group), ...(independentSets ? labels : {}) } };
  const matchLabelKeys = versionLabel ? [versionLabel] : undefined;
  return [
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector, matchLabelKeys },
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: separateNodes ? 'DoNotSchedule' : 'ScheduleAnyway',
      // A drained node is no place to spread to; counted, it would keep its evicted pod pending.
      nodeTaintsPolicy: 'Honor',
      labelSelector,
      matchLabelKeys,
    },
  ];
}

/** Any two pods of different replicas may have work in common, and should not share a node. */
export const twinsApart = (group: GroupLabels): object => apart(group, { mismatchLabelKeys: ['thanos.io/replica'] });

/** Pods of several sets that have the same ordinal do the same work, and should not share a node. */
export const sameOrdinalApart = (group: GroupLabels): object => apart(group, { matchLabelKeys: ['apps.kubernetes.io/pod-index'] });

function apart(group: GroupLabels, keys: object): object {
  return {
    preferredDuringSchedulingIgnoredDuringExecution: [{
      weight: 100,
      podAffinityTerm: { labelSelector: { matchLabels: selectorLabels(group) }, ...keys, topologyKey: 'kubernetes.io/hostname' },
    }],
  };
}
