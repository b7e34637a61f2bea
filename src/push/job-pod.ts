import type { Volume as PlusVolume, VolumeMount as PlusMount, EnvFrom, EnvValue } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { PodFailurePolicy } from 'kubernetes-types/batch/v1';
import type { Container, EnvFromSource, EnvVar, PodTemplateSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { JobSettings, VARIABLES } from './job-settings';
import { EXIT } from './program/exit-codes';
import { PROGRAM_FOLDER } from './program-files';
import { PushMethod } from './push-gateway-job-props';
import type { ConfigFiles } from '../core/config-file';
import { ProgramName } from '../core/images';
import type { GroupLabels } from '../core/labels';
import { nodeContainer, PROGRAM_CONFIG } from '../core/node-program';
import { CONTAINER_SECURITY, containerResources, podFrame } from '../core/pod';
import { memoryQuantity } from '../core/units';
import { CPU_FLOOR, MIB } from '../plan/constants';

const METRICS = { name: 'push-metrics', mountPath: '/var/run/pushgateway-metrics' };
const RUN = { name: 'push-run', mountPath: '/var/run/pushgateway-run' };
const TMP = { name: 'tmp', mountPath: '/tmp' };

export const METRICS_FILE = `${METRICS.mountPath}/metrics.prom`;
export const BEGIN_FILE = `${RUN.mountPath}/begin`;

/** Names of the containers. */
const CONTAINER = { announce: 'announce', job: 'job', push: 'push' };

/** Bytes. */
const METRICS_SIZE = 4 * MIB;
const RUN_SIZE = MIB;
const TMP_SIZE = 256 * MIB;

/** Measured on loopback: 62 MiB with few samples, 101 MiB with a text that fills its volume. */
const CLIENT_RESOURCES = { cpuRequest: CPU_FLOOR, memoryRequest: 64 * MIB, memoryLimit: 192 * MIB };

/** What one pod of a job is made of. */
interface JobPodProps {
  readonly settings: JobSettings;
  readonly group: GroupLabels;
  readonly files: ConfigFiles;
  /** `host:port` of the shard. */
  readonly address: string;
  /** URL of the group. */
  readonly url: string;
}

/**
 * The pod of one run: it says that the job begins, does the job, and pushes. The job is an init container, so that Kubernetes itself tells
 * when it has ended, and that it has succeeded: what comes behind it is not begun otherwise.
 */
export function jobPod(at: Construct, props: JobPodProps, serviceAccountName: string): PodTemplateSpec {
  const { settings, group, files } = props;
  const { user, automountServiceAccountToken: usesApi } = settings;
  const { metadata, spec } = podFrame(at, { group, container: CONTAINER.job, options: settings, user, usesApi }, serviceAccountName);
  const own = files.mount(PROGRAM_FOLDER, 'push-program');
  return {
    metadata,
    spec: {
      ...spec,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      initContainers: [ourContainer(at, 'announce', [RUN]), jobContainer(props)],
      containers: [ourContainer(at, 'push', settings.method === PushMethod.TEXT_FILE ? [RUN, { ...METRICS, readOnly: true }] : [RUN])],
      volumes: [own.volume, ...scratch(settings), ...(settings.volumeMounts ?? []).map(({ volume }) => printedVolume(volume))],
    },
  };
}

/** Files of the run itself, in the order of the mounts. */
function scratch(settings: JobSettings): Volume[] {
  const folder = ({ name }: { name: string }, size: number): Volume => ({ name, emptyDir: { sizeLimit: memoryQuantity(size) } });
  return [
    folder(RUN, RUN_SIZE),
    ...(settings.method === PushMethod.TEXT_FILE ? [folder(METRICS, METRICS_SIZE)] : []),
    ...(hasOwnTmp(settings) ? [] : [folder(TMP, TMP_SIZE)]),
  ];
}

const hasOwnTmp = ({ volumeMounts = [] }: JobSettings): boolean => volumeMounts.some(({ path }) => path === TMP.mountPath);

function ourContainer(at: Construct, task: 'announce' | 'push', mounts: VolumeMount[]): Container {
  return {
    ...nodeContainer(at, {
      name: CONTAINER[task],
      program: ProgramName.PUSHGATEWAY_CLIENT,
      args: [`${PROGRAM_FOLDER}/run.js`, task, `${PROGRAM_FOLDER}/${PROGRAM_CONFIG}`],
      resources: CLIENT_RESOURCES,
      mounts: [{ name: 'push-program', mountPath: PROGRAM_FOLDER, readOnly: true }, ...mounts],
    }),
    // The last line of the log is then the reason that the pod states.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function jobContainer(props: JobPodProps): Container {
  const { settings } = props;
  return {
    name: CONTAINER.job,
    image: settings.image!,
    imagePullPolicy: 'IfNotPresent',
    command: settings.command,
    args: settings.args,
    env: [...ownVariables(props), ...Object.entries(settings.env ?? {}).map(variable)],
    envFrom: settings.envFrom?.map(printedSource),
    resources: containerResources(settings),
    securityContext: CONTAINER_SECURITY,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      ...(settings.method === PushMethod.TEXT_FILE ? [METRICS] : []),
      ...(hasOwnTmp(settings) ? [] : [TMP]),
      ...(settings.volumeMounts ?? []).map(printedMount),
    ],
  };
}

function ownVariables({ settings: { method, labels: { job, ...others } }, address, url }: JobPodProps): EnvVar[] {
  // The kubelet replaces `$(NAME)`.
  const values = (method === PushMethod.TEXT_FILE ? [METRICS_FILE] : [url, address, job, JSON.stringify(others)]).map(value => value.replace(/\$/g, '$$$$'));
  return VARIABLES[method].map((name, index) => ({ name, value: values[index] }));
}

const variable = ([name, { value, valueFrom }]: [string, EnvValue]): EnvVar => ({ name, value, valueFrom: valueFrom as EnvVar['valueFrom'] });

const printedMount = ({ path, volume: { name }, readOnly, subPath, subPathExpr, propagation }: PlusMount): VolumeMount =>
  ({ name, mountPath: path, readOnly, subPath, subPathExpr, mountPropagation: propagation });

// What cdk8s-plus makes of them for its own pods; it has no other way.
const printedSource = (source: EnvFrom): EnvFromSource => (source as unknown as { _toKube(): EnvFromSource })._toKube();

function printedVolume(volume: PlusVolume): Volume {
  const made = (volume as unknown as { _toKube(): Volume })._toKube();
  const limit = made.emptyDir?.sizeLimit as unknown as { value: string } | undefined;
  return limit ? { ...made, emptyDir: { ...made.emptyDir, sizeLimit: limit.value } } : made;
}

/** What becomes of a run whose pod fails: the work is not done once more because of its metrics, and a drained node is no failure of the job. */
export function podFailurePolicy(finalExitCodes: number[] = []): PodFailurePolicy {
  const failJob = (containerName: string, values: number[]) => ({ action: 'FailJob', onExitCodes: { containerName, operator: 'In', values: [...values].sort((one, other) => one - other) } });
  return {
    rules: [
      failJob(CONTAINER.push, Object.values(EXIT)),
      ...(finalExitCodes.length > 0 ? [failJob(CONTAINER.job, finalExitCodes)] : []),
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ],
  };
}
