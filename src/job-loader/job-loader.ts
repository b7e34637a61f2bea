import { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import type { JobLoaderConfig } from './program/config';
import { PROGRAM } from './program.generated';
import { ConfigFiles } from '../core/config-file';
import { EndpointProtocol } from '../core/endpoint';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { nodeContainer, nodeFiles, PROGRAM_CONFIG } from '../core/node-program';
import { loggingOf, type LogLevel } from '../core/platform';
import { livenessProbe, MountedVolume } from '../core/pod';
import type { WorkloadPort } from '../core/pod-workload';
import type { RelabelConfig } from '../core/relabeling';
import { memoryQuantity, MIB } from '../core/units';

/** The port of the job-loader's own metrics. */
export const JOBS_WEB: WorkloadPort = { name: 'jobs-web', port: 8082, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true };

/** Node, and the jobs as text a few times: some 110 MiB with 1,000 jobs, as test/e2e/job-loader measured; the limit is for some thousands more. */
const RESOURCES = { cpuRequest: 0.01, memoryRequest: 96 * MIB, memoryLimit: 256 * MIB };

/** A job has some KiB, and is there three times at the most. */
const JOBS_VOLUME = 64 * MIB;

const JOBS = { volume: 'jobs', path: '/etc/prometheus/jobs' };
const PROGRAM_FOLDER = '/etc/job-loader';

/** What Prometheus reads of it. */
export const JOB_FILES = `${JOBS.path}/*.yaml`;

/** With which the Prometheus Operator's code, and so the target allocator, begins the names of jobs that it makes of objects. */
export const JOB_PREFIXES = ['serviceMonitor/', 'podMonitor/', 'probe/', 'scrapeConfig/'];

/** What senders tell of themselves. */
interface JobLoaderProps {
  /** Name of the senders. */
  readonly name: string;
  readonly group: GroupLabels;
  /** Where the target allocators of each replica answer, by the replica's name. */
  readonly allocators: Record<string, string>;
  /** Seconds between two questions. */
  readonly refreshInterval: number;
  /** Steps that end the relabeling of each job. */
  readonly lastRelabelings: RelabelConfig[];
  /** Where a container of the pod reaches Prometheus. */
  readonly prometheus: string;
  /** Seconds that a reload may take. */
  readonly reloadTimeout: number;
  readonly logLevel?: LogLevel;
}

/**
 * What lets a sender scrape what ServiceMonitors and the like name, also those that come later: a container that runs a program of this package by
 * Node. It asks the target allocator which jobs there are, writes them into a file that Prometheus reads beside its configuration, and has it reload.
 * A job that Prometheus does not take stays out, with the last good version in its place.
 *
 * A sender starts without these jobs, and gets them when it is ready: whatever they are, they cannot keep it from starting.
 */
export class JobLoader extends Construct {
  private readonly config: ConfigFiles;

  constructor(scope: Construct, id: string, private readonly props: JobLoaderProps) {
    super(scope, id);
    const { name, group } = props;
    this.config = new ConfigFiles(this, 'config', {
      name: `${name}-job-loader`,
      labels: commonLabels(this, group),
      files: nodeFiles(PROGRAM, () => this.loaderConfig()),
    });
  }

  public get sidecar(): Container {
    return {
      ...nodeContainer(this, {
        name: 'job-loader',
        program: ProgramName.JOB_LOADER,
        args: [`${PROGRAM_FOLDER}/main.js`, `${PROGRAM_FOLDER}/${PROGRAM_CONFIG}`, `0.0.0.0:${JOBS_WEB.port}`],
        env: [
          { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'REPLICA', valueFrom: { fieldRef: { fieldPath: 'metadata.labels[\'thanos.io/replica\']' } } },
        ],
        web: JOBS_WEB,
        resources: RESOURCES,
        mounts: [
          { name: 'job-loader', mountPath: PROGRAM_FOLDER, readOnly: true },
          { name: JOBS.volume, mountPath: JOBS.path },
        ],
      }),
      livenessProbe: livenessProbe(JOBS_WEB.name),
    };
  }

  /** The folder of the jobs, which Prometheus mounts as well, and the program. */
  public get volumes(): MountedVolume[] {
    return [
      { mountPath: JOBS.path, readOnly: true, volume: { name: JOBS.volume, emptyDir: { sizeLimit: memoryQuantity(JOBS_VOLUME) } } },
      { volume: this.config.mount(PROGRAM_FOLDER, 'job-loader').volume },
    ];
  }

  /** The program reads its configuration once, so a change rolls the pods. */
  public get annotations(): Record<string, string> {
    return { 'checksum/job-loader': this.config.hash };
  }

  private loaderConfig(): JobLoaderConfig {
    const { allocators, refreshInterval, lastRelabelings, prometheus, reloadTimeout, logLevel } = this.props;
    return {
      allocators,
      prefixes: JOB_PREFIXES,
      refreshInterval,
      lastRelabelings,
      folder: JOBS.path,
      prometheus,
      reloadTimeout,
      ...loggingOf(this, logLevel),
    };
  }
}
