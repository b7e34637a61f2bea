import { App, Chart, Duration } from 'cdk8s';
import { PLATFORM_NAME, readObjects, type Synthesized } from './small';
import { MonitoringStack, ScrapeJob, type SenderAutoscalingOptions, Sharding, Workload } from '../../../src';
import { GENERATOR_LABELS } from '../generator/objects';

/** A small platform whose senders are told their targets by allocators. */
export interface DynamicPlatform {
  readonly namespace: string;
  /** Namespace of the generator. */
  readonly generatorNamespace: string;
  /** Senders of each replica in the beginning. */
  readonly shards: number;
  /** Series of all targets of the generator. */
  readonly series: number;
  /** Targets of the generator. */
  readonly targets: number;
  /** Seconds between two scrapes of the generator. */
  readonly interval: number;
  /** Seconds between two scrapes of the platform itself. */
  readonly ownInterval: number;
  /** Senders with static sharding too, which scrape the same targets as another job. */
  readonly beside: boolean;
  readonly autoscaling?: SenderAutoscalingOptions;
}

/** Scrape jobs of the generator; of static sharding only where there is such a group. */
export const DYNAMIC_JOBS = { dynamic: 'generator', static: 'generator-static' } as const;
/** Name of the senders with static sharding. */
export const STATIC_SENDERS = 'static';
/** Seconds that a sender may be not ready until its targets go to others. The plan's are five minutes, for a WAL that is replayed. */
export const GRACE_PERIOD = 60;
/** Seconds; the least that the plan would choose. */
const REFRESH = 5;

/** Synthesizes it through public props alone, with every check on. */
export function dynamicPlatform(platform: DynamicPlatform): Synthesized {
  const { namespace, shards, autoscaling, ownInterval } = platform;
  const app = new App();
  const chart = new Chart(app, 'monitoring', { namespace, disableResourceNameHashes: true });
  const stack = new MonitoringStack(chart, PLATFORM_NAME, {
    cluster: 'e2e',
    clusterJobs: false,
    workload: workloadOf(platform),
    prometheus: {
      sharding: Sharding.DYNAMIC,
      shards,
      scrapeInterval: Duration.seconds(ownInterval),
      targetAllocator: { refreshInterval: Duration.seconds(REFRESH), collectorNotReadyGracePeriod: Duration.seconds(GRACE_PERIOD) },
      autoscaling,
    },
  });
  stack.scrape(generatorJob(DYNAMIC_JOBS.dynamic, platform));
  if (platform.beside) {
    const senders = stack.addPrometheus(STATIC_SENDERS, { shards, scrapeInterval: Duration.seconds(platform.interval) });
    senders.addScrapeJob(generatorJob(DYNAMIC_JOBS.static, platform));
  }
  return { objects: readObjects(app.synthYaml()), stack };
}

/** Every port of the generator's pods is a target. */
const generatorJob = (name: string, { generatorNamespace, interval }: DynamicPlatform): ScrapeJob => ScrapeJob.pods(name, {
  namespaces: [generatorNamespace], podLabels: GENERATOR_LABELS, scrapeInterval: Duration.seconds(interval),
});

function workloadOf({ series, targets, interval, beside }: DynamicPlatform): Workload {
  return Workload.of({
    activeSeries: beside ? 2 * series : series,
    targets: beside ? 2 * targets : targets,
    scrapeInterval: Duration.seconds(interval),
    largestTargetSeries: Math.ceil(series / targets),
  });
}
