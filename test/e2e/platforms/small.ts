import type { KubernetesObject } from '@kubernetes/client-node';
import { App, Chart, Duration } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { MonitoringStack, type MonitoringStackProps, ScrapeJob, Workload } from '../../../src';
import { GENERATOR_LABELS, GENERATOR_PORT } from '../generator/objects';

/** A platform that is small enough for a test's cluster, and what it scrapes. */
export interface SmallPlatform {
  readonly namespace: string;
  /** Series of all pods of the generator. */
  readonly series: number;
  /** Namespace of the generator. */
  readonly generatorNamespace: string;
  /** Pods of the generator. @default 3 */
  readonly generatorPods?: number;
  /** Seconds between two scrapes of the generator. @default 5 */
  readonly scrapeInterval?: number;
  /** Seconds that a block of an ingestor covers, in the place of two hours; for tests only. @default - two hours */
  readonly blockLength?: number;
  /** Further props, part by part. @default - none */
  readonly props?: Partial<MonitoringStackProps>;
}

/** What `MonitoringStack` makes of it. */
export interface Synthesized {
  readonly objects: KubernetesObject[];
  readonly stack: MonitoringStack;
}

/** Name of the scrape job of the generator. */
export const GENERATOR_JOB = 'generator';
/** Prefix of all objects' names. */
export const PLATFORM_NAME = 'platform';

/**
 * Series of kubelets, cAdvisor and API server after the default relabelings; counted in a cluster of three nodes and 25 pods, where they
 * are 7,600 in the beginning and 10,000 after some hours of roll-outs. Those of the platform's own programs the plan adds by itself.
 */
const CLUSTER_SERIES = 10_000;
/** Those of one API server, the largest target of all: 3,700 in the beginning. */
const API_SERVER_SERIES = 5_000;
/** Seconds between two scrapes of the cluster's. */
const SLOWER = 30;

/** Synthesizes a platform through public props alone, with every check on. */
export function smallPlatform(platform: SmallPlatform): Synthesized {
  const { namespace, generatorNamespace, scrapeInterval = 5, props = {} } = platform;
  const app = new App();
  const chart = new Chart(app, 'monitoring', { namespace, disableResourceNameHashes: true });
  const short = shortBlocks(platform.blockLength);
  const slower = { scrapeInterval: Duration.seconds(SLOWER) };
  const stack = new MonitoringStack(chart, PLATFORM_NAME, {
    cluster: 'e2e',
    workload: workloadOf(platform),
    clusterJobOptions: slower,
    // Kubelets of kind, kubeadm and the rig sign their certificates themselves.
    kubeletJobOptions: { ...slower, tls: { insecureSkipVerify: true } },
    ...props,
    ring: { ...short.ring, ...props.ring, ingestor: { ...short.ring?.ingestor, ...props.ring?.ingestor } },
    compactor: { ...short.compactor, ...props.compactor },
    storeGateway: { ...short.storeGateway, ...props.storeGateway },
  });
  stack.scrape(ScrapeJob.pods(GENERATOR_JOB, {
    namespaces: [generatorNamespace],
    podLabels: GENERATOR_LABELS,
    portName: GENERATOR_PORT.name,
    scrapeInterval: Duration.seconds(scrapeInterval),
  }));
  return { objects: readObjects(app.synthYaml()), stack };
}

/** The generator's series and the cluster's, at the mean of their intervals. */
function workloadOf({ series, generatorPods = 3, scrapeInterval = 5, props }: SmallPlatform): Workload {
  const withCluster = props?.clusterJobs !== false;
  const others = withCluster ? CLUSTER_SERIES : 0;
  const samplesPerSecond = series / scrapeInterval + others / SLOWER;
  return Workload.of({
    activeSeries: series + others,
    scrapeInterval: Duration.seconds(Math.max(1, Math.round((series + others) / samplesPerSecond))),
    largestTargetSeries: Math.max(withCluster ? API_SERVER_SERIES : 0, Math.ceil(series / generatorPods)),
  });
}

/** For tests only: blocks in minutes, by flags that Thanos hides, and parts that look for them as often. */
function shortBlocks(seconds?: number): Partial<MonitoringStackProps> {
  if (seconds === undefined) return {};
  return {
    ring: { ingestor: { extraArgs: [`--tsdb.min-block-duration=${seconds}s`, `--tsdb.max-block-duration=${seconds}s`] } },
    compactor: {
      waitInterval: Duration.minutes(1), consistencyDelay: Duration.minutes(1), cleanupInterval: Duration.minutes(1), deleteDelay: Duration.minutes(4),
    },
    storeGateway: { syncBlockDuration: Duration.minutes(1), ignoreDeletionMarksDelay: Duration.minutes(2) },
  };
}

/** The objects of some YAML. */
export const readObjects = (yaml: string): KubernetesObject[] => parseAllDocuments(yaml).map(document => document.toJS() as KubernetesObject).filter(Boolean);
