import type { IConstruct } from 'constructs';
import type { Container, EnvVar, VolumeMount } from 'kubernetes-types/core/v1';
import { EndpointProtocol } from './endpoint';
import { ProgramName } from './images';
import { imageFor, loggingOf, type LogLevel } from './platform';
import { CONTAINER_SECURITY, containerResources } from './pod';
import type { WorkloadPort } from './pod-workload';
import { durationText, MIB } from './units';

/** The port of the config-reloader's own metrics. */
export const RELOADER_WEB: WorkloadPort = { name: 'reloader-web', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true };

/** It holds the configuration, which may have some MiB, a few times. Derivation, to be calibrated on the bench. */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 32 * MIB, memoryLimit: 128 * MIB };

/** What any config-reloader is told. */
interface ReloaderContainer {
  /** What it does beside watching: the template that it renders. @default - nothing */
  readonly args?: string[];
  readonly env?: EnvVar[];
  readonly mounts: VolumeMount[];
  readonly logLevel?: LogLevel;
}

/** What a config-reloader watches beside a program, and whom it tells. */
interface ConfigReloader extends ReloaderContainer {
  /** Folders, each of which it must have mounted; a change in one of their own folders is seen too, for the kubelet exchanges all at once. */
  readonly watched: string[];
  readonly reloadUrl: string;
  /** Seconds that the program may take. */
  readonly reloadTimeout: number;
}

/** The config-reloader that runs once, before its program, and renders a template. */
export function initReloader(at: IConstruct, { args = [], ...rest }: ReloaderContainer): Container {
  return container(at, 'init-config', { ...rest, args: [...args, '--watch-interval=0'] });
}

/** The config-reloader as a sidecar: it tells its program when a file has changed. */
export function configReloader(at: IConstruct, { args = [], watched, reloadUrl, reloadTimeout, ...rest }: ConfigReloader): Container {
  return {
    ...container(at, 'config-reloader', {
      ...rest,
      args: [
        ...args,
        `--listen-address=:${RELOADER_WEB.port}`,
        // With a file alone only the first change of a ConfigMap is seen, for the kubelet then deletes what was watched; each later
        // one takes the watch interval of 3 minutes (seen with 0.93: 1.1 s with the folder, more than 15 s without).
        ...watched.map(folder => `--watched-dir=${folder}`),
        `--reload-url=${reloadUrl}`,
        `--reload-timeout=${durationText(reloadTimeout)}`,
      ],
    }),
    ports: [{ name: RELOADER_WEB.name, containerPort: RELOADER_WEB.port, protocol: 'TCP' }],
  };
}

function container(at: IConstruct, name: string, { args = [], env, mounts, logLevel: own }: ReloaderContainer): Container {
  const { logLevel, logFormat } = loggingOf(at, own);
  return {
    name,
    image: imageFor(at, ProgramName.CONFIG_RELOADER),
    imagePullPolicy: 'IfNotPresent',
    args: [
      `--log-level=${logLevel}`,
      `--log-format=${logFormat}`,
      ...args,
    ],
    env,
    resources: containerResources(RESOURCES),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mounts,
  };
}
