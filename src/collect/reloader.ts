import type { Construct } from 'constructs';
import type { Container, VolumeMount } from 'kubernetes-types/core/v1';
import { configReloader, initReloader } from '../core/config-reloader';
import type { LogLevel } from '../core/platform';

/** Volumes of the template and of what the config-reloader makes of it. */
export const TEMPLATE = { volume: 'template', path: '/etc/prometheus/template' };
export const RENDERED = { volume: 'config', path: '/etc/prometheus/config' };

/** Name of the configuration in both. */
export const CONFIG_FILE = 'prometheus.yaml';

interface ReloaderOptions {
  readonly reloadUrl: string;
  /** Seconds that Prometheus may take: it first sends what is queued, if the way it sends has changed. */
  readonly reloadTimeout: number;
  readonly logLevel?: LogLevel;
  /** Folder of rule files, which Prometheus reads as they are. @default - none */
  readonly rules?: VolumeMount;
}

/**
 * The config-reloader, twice: before Prometheus starts it renders the template once, afterwards it watches the template, renders it
 * anew and tells Prometheus. Its variable for the pod's ordinal is what makes one template serve all shards.
 *
 * Prometheus itself reads password, token and certificate files anew with each request (common/config), so these are not watched.
 */
export function reloaders(at: Construct, { reloadUrl, reloadTimeout, logLevel, rules }: ReloaderOptions): { init: Container; sidecar: Container } {
  const rendering = {
    args: [
      `--config-file=${TEMPLATE.path}/${CONFIG_FILE}`,
      `--config-envsubst-file=${RENDERED.path}/${CONFIG_FILE}`,
      '--statefulset-ordinal-from-envvar=POD_NAME',
    ],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    mounts: [
      { name: TEMPLATE.volume, mountPath: TEMPLATE.path, readOnly: true },
      { name: RENDERED.volume, mountPath: RENDERED.path },
    ],
    logLevel,
  };
  const ruleMounts = rules ? [rules] : [];
  return {
    init: initReloader(at, rendering),
    sidecar: configReloader(at, {
      ...rendering,
      mounts: [...rendering.mounts, ...ruleMounts],
      watched: [TEMPLATE.path, ...ruleMounts.map(({ mountPath }) => mountPath)],
      reloadUrl,
      reloadTimeout,
    }),
  };
}
