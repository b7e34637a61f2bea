import type { IConstruct } from 'constructs';
import type { Container, VolumeMount } from 'kubernetes-types/core/v1';
import { EndpointProtocol } from './endpoint';
import { ProgramName } from './images';
import { imageFor, LogFormat, LogLevel, Platform } from './platform';
import { CONTAINER_SECURITY, containerResources } from './pod';
import type { WorkloadPort } from './pod-workload';
import { durationText } from './units';

/** The port of the config-reloader's own metrics. */
export const RELOADER_WEB: WorkloadPort = { name: 'reloader-web', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true };

const MIB = 1024 ** 2;

/** It holds the configuration, which may have some MiB, a few times. Derivation, to be calibrated on the bench. */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 32 * MIB, memoryLimit: 128 * MIB };

/** What a config-reloader watches beside a program, and whom it tells. */
export interface ConfigReloader {
  /** Folders, each of which it must have mounted; a change in one of their own folders is seen too, for the kubelet exchanges all at once. */
  readonly watched: string[];
  readonly mounts: VolumeMount[];
  readonly reloadUrl: string;
  /** Seconds that the program may take. */
  readonly reloadTimeout: number;
  readonly logLevel?: LogLevel;
}

/** The config-reloader as a sidecar of a program that reads its files as they are: it tells the program when one has changed. */
export function configReloader(at: IConstruct, { watched, mounts, reloadUrl, reloadTimeout, logLevel }: ConfigReloader): Container {
  const platform = Platform.of(at);
  return {
    name: 'config-reloader',
    image: imageFor(at, ProgramName.CONFIG_RELOADER),
    imagePullPolicy: 'IfNotPresent',
    args: [
      `--log-level=${logLevel ?? platform.logLevel ?? LogLevel.INFO}`,
      `--log-format=${platform.logFormat ?? LogFormat.LOGFMT}`,
      `--listen-address=:${RELOADER_WEB.port}`,
      ...watched.map(folder => `--watched-dir=${folder}`),
      `--reload-url=${reloadUrl}`,
      `--reload-timeout=${durationText(reloadTimeout)}`,
    ],
    ports: [{ name: RELOADER_WEB.name, containerPort: RELOADER_WEB.port, protocol: 'TCP' }],
    resources: containerResources(RESOURCES),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mounts,
  };
}
