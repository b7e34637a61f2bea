import type { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import { EndpointProtocol } from '../core/endpoint';
import { ProgramName } from '../core/images';
import { imageFor, LogFormat, LogLevel, Platform } from '../core/platform';
import { CONTAINER_SECURITY, containerResources } from '../core/pod';
import type { WorkloadPort } from '../core/pod-workload';
import { durationText } from '../core/units';

/** Volumes of the template and of what the config-reloader makes of it. */
export const TEMPLATE = { volume: 'template', path: '/etc/prometheus/template' };
export const RENDERED = { volume: 'config', path: '/etc/prometheus/config' };

/** Name of the configuration in both. */
export const CONFIG_FILE = 'prometheus.yaml';

/** The port of the config-reloader's own metrics. */
export const RELOADER_WEB: WorkloadPort = { name: 'reloader-web', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true };

const MIB = 1024 ** 2;

/** It holds the configuration, which may have some MiB, a few times. Derivation, to be calibrated on the bench. */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 32 * MIB, memoryLimit: 128 * MIB };

interface ReloaderOptions {
  readonly reloadUrl: string;
  /** Seconds that Prometheus may take: it first sends what is queued, if the way it sends has changed. */
  readonly reloadTimeout: number;
  readonly logLevel?: LogLevel;
}

/**
 * The config-reloader, twice: before Prometheus starts it renders the template once, afterwards it watches the template, renders it
 * anew and tells Prometheus. Its variable for the pod's ordinal is what makes one template serve all shards.
 *
 * Prometheus itself reads password, token and certificate files anew with each request (common/config), so these are not watched.
 */
export function reloaders(at: Construct, { reloadUrl, reloadTimeout, logLevel }: ReloaderOptions): { init: Container; sidecar: Container } {
  const platform = Platform.of(at);
  const common = [
    `--config-file=${TEMPLATE.path}/${CONFIG_FILE}`,
    `--config-envsubst-file=${RENDERED.path}/${CONFIG_FILE}`,
    '--statefulset-ordinal-from-envvar=POD_NAME',
    `--log-level=${logLevel ?? platform.logLevel ?? LogLevel.INFO}`,
    `--log-format=${platform.logFormat ?? LogFormat.LOGFMT}`,
  ];
  const container = (name: string, args: string[]): Container => ({
    name,
    image: imageFor(at, ProgramName.CONFIG_RELOADER),
    imagePullPolicy: 'IfNotPresent',
    args: [...common, ...args],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    resources: containerResources(RESOURCES),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: TEMPLATE.volume, mountPath: TEMPLATE.path, readOnly: true },
      { name: RENDERED.volume, mountPath: RENDERED.path },
    ],
  });
  return {
    init: container('init-config', ['--watch-interval=0']),
    sidecar: {
      ...container('config-reloader', [
        `--listen-address=:${RELOADER_WEB.port}`,
        // With the file alone only the first change of a ConfigMap is seen, for the kubelet then deletes what was watched; each later
        // one takes the watch interval of 3 minutes (seen with 0.93: 1.1 s with the folder, more than 15 s without).
        `--watched-dir=${TEMPLATE.path}`,
        `--reload-url=${reloadUrl}`,
        `--reload-timeout=${durationText(reloadTimeout)}`,
      ]),
      ports: [{ name: RELOADER_WEB.name, containerPort: RELOADER_WEB.port, protocol: 'TCP' }],
    },
  };
}
