/** A program that the platform runs. */
export enum ProgramName {
  /** All Thanos components are one program. */
  THANOS = 'thanos',
  /** Prometheus, as agent or server. */
  PROMETHEUS = 'prometheus',
  /** Renders and reloads the configuration of Prometheus. */
  CONFIG_RELOADER = 'prometheus-config-reloader',
  /** S3 on a volume, for the embedded bucket. */
  VERSITY_GATEWAY = 'versitygw',
  /** Writes known series and reads them back: a program of this package, run by Node. */
  CONTINUOUS_TEST = 'continuous-test',
  /** Spreads targets over senders that come and go: the OpenTelemetry Operator's, alone. */
  TARGET_ALLOCATOR = 'target-allocator',
  /** Routes, groups and silences alerts. */
  ALERTMANAGER = 'alertmanager',
  /** Holds metrics that jobs push. */
  PUSHGATEWAY = 'pushgateway',
  /** Pushes what jobs write, and deletes groups that grow stale: programs of this package, run by Node. */
  PUSHGATEWAY_CLIENT = 'pushgateway-client',
  /** Takes rules in from ConfigMaps: a program of this package, run by Node in the pods of an evaluator. */
  RULE_LOADER = 'rule-loader',
  /** Makes jobs of what target allocators find in the cluster: a program of this package, run by Node beside a sender. */
  JOB_LOADER = 'job-loader',
  /** Carries what Alertmanager records into PostgreSQL: a program of this package, run by Node beside it. */
  ALARM_RECORDER = 'alarm-recorder',
}

/** What we know of a program's public image. */
interface ProgramImage {
  /** Registry that serves it. */
  readonly registry: string;
  /** Repository within the registry. */
  readonly repository: string;
  /** Tag; the version that our checks ran. */
  readonly tag: string;
  /** Version of the program, without `v`. */
  readonly version: string;
  /** Numeric user that the pod runs as: `runAsNonRoot` refuses an image that only names its user. */
  readonly user: number;
}

/**
 * The one table of versions. Each is the newest that our checks with the real programs can build and run,
 * so that the tag and what was tested agree.
 */
export const IMAGES: Record<ProgramName, ProgramImage> = {
  // At least 0.42.3: before, an ingestor could exit without uploading its last block.
  [ProgramName.THANOS]: { registry: 'quay.io', repository: 'thanos/thanos', tag: 'v0.42.4', version: '0.42.4', user: 1001 },
  [ProgramName.PROMETHEUS]: { registry: 'quay.io', repository: 'prometheus/prometheus', tag: 'v3.14.0', version: '3.14.0', user: 65534 },
  [ProgramName.CONFIG_RELOADER]: {
    registry: 'quay.io', repository: 'prometheus-operator/prometheus-config-reloader', tag: 'v0.93.0', version: '0.93.0', user: 65534,
  },
  [ProgramName.VERSITY_GATEWAY]: { registry: 'docker.io', repository: 'versity/versitygw', tag: 'v1.8.0', version: '1.8.0', user: 1000 },
  // The version is Node's, a line with long-term support. Its image has no user of its own by default; 1000 is `node`.
  [ProgramName.CONTINUOUS_TEST]: { registry: 'docker.io', repository: 'library/node', tag: '24.21.0-slim', version: '24.21.0', user: 1000 },
  [ProgramName.TARGET_ALLOCATOR]: {
    registry: 'ghcr.io', repository: 'open-telemetry/opentelemetry-operator/target-allocator', tag: 'v0.140.0', version: '0.140.0', user: 65532,
  },
  [ProgramName.ALERTMANAGER]: { registry: 'quay.io', repository: 'prometheus/alertmanager', tag: 'v0.34.1', version: '0.34.1', user: 65534 },
  [ProgramName.PUSHGATEWAY]: { registry: 'quay.io', repository: 'prometheus/pushgateway', tag: 'v1.11.3', version: '1.11.3', user: 65534 },
  // Node's, as for the continuous test. Jobs' pods have one user, and most images run as nobody.
  [ProgramName.PUSHGATEWAY_CLIENT]: { registry: 'docker.io', repository: 'library/node', tag: '24.21.0-slim', version: '24.21.0', user: 65534 },
  // Node's as well. It never has a pod of its own, so the user is that of the pod.
  [ProgramName.RULE_LOADER]: { registry: 'docker.io', repository: 'library/node', tag: '24.21.0-slim', version: '24.21.0', user: 1000 },
  // The same, in pods of senders; and in Alertmanager's.
  [ProgramName.JOB_LOADER]: { registry: 'docker.io', repository: 'library/node', tag: '24.21.0-slim', version: '24.21.0', user: 65534 },
  [ProgramName.ALARM_RECORDER]: { registry: 'docker.io', repository: 'library/node', tag: '24.21.0-slim', version: '24.21.0', user: 65534 },
};

/** The full reference of a program's image, from the mirror where there is one. */
export function imageReference(program: ProgramName, mirror?: string): string {
  const { registry, repository, tag } = IMAGES[program];
  return `${mirror?.replace(/\/+$/, '') ?? registry}/${repository}:${tag}`;
}
