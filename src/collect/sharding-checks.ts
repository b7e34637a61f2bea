import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { ResolvedJob } from './resolved-job';
import type { SenderSettings } from './sharded-prometheus-props';
import { SHARDING_LABELS } from './sharding';
import { collectorLabels, type TargetAllocator } from './target-allocator';
import type { PrintedObject, PrintedObjects } from '../core/checks/printed-objects';
import { quoted } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import type { KubeObject } from '../core/kube-object';
import type { PodWorkload } from '../core/pod-workload';
import { parseAllDocuments } from '../core/yaml';
import { SENDER_HEADROOM } from '../plan/constants';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';

interface ShardedParts {
  readonly settings: SenderSettings;
  readonly workload: PodWorkload;
  readonly jobs: () => ResolvedJob[];
  /** Of dynamic sharding. */
  readonly allocator?: TargetAllocator;
}

const AUTOSCALERS = ['HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh'];

/** What can go wrong between shards, those who scale them, and those who give them their targets. */
export function addShardingChecks(at: Construct, parts: ShardedParts): void {
  const graph = Graph.of(at);
  graph.addCheck(at, (report, printed) => checkAutoscalers(parts, printed, report));
  graph.addCheck(at, report => checkSampleLimits(parts, report));
  if (parts.allocator) {
    graph.addCheck(at, report => checkRelabelings(parts, report));
    graph.addCheck(at, (report, printed) => checkCollectors(parts, printed, report));
    graph.addCheck(at, (report, printed) => checkSameJobs(parts, printed, report));
  } else {
    graph.addCheck(at, (report, printed) => checkStaticShards(parts, printed, report));
  }
}

/** Of one object of the cluster, what it scales. */
const scaled = ({ object }: PrintedObject, printed: PrintedObjects): string | undefined =>
  (printed.manifest(object) as { spec?: { scaleTargetRef?: { kind?: string; name?: string } } }).spec?.scaleTargetRef?.name;

function checkAutoscalers({ settings, workload }: ShardedParts, printed: PrintedObjects, report: Report): void {
  const names = workload.sets.map(set => workload.setName(set));
  const own = `${workload.node.scope!.node.path}/`;
  const others = AUTOSCALERS.flatMap(kind => printed.ofKind(Chart.of(workload), kind))
    .filter(found => !found.object.node.path.startsWith(own) && names.includes(scaled(found, printed) ?? ''));
  for (const { kind, name } of others) {
    if (!settings.allocator) {
      report('static-shards-autoscaled', `${kind} '${name}' scales '${names.join('\', \'')}', whose targets are spread by a number in the configuration: the targets of pods that it removes go unscraped, and `
        + 'pods that it adds scrape nothing. Use Sharding.DYNAMIC with \'autoscaling\', or remove it.');
    } else {
      report('autoscaled-twice', `${kind} '${name}' scales '${names.join('\', \'')}', ${settings.scaling
        ? 'as \'autoscaling\' does: they would undo what the other does. Remove one of them.'
        : 'whose number each apply sets back to \'shards\'. Use \'autoscaling\', which leaves \'replicas\' out.'}`);
    }
  }
}

/** Targets are hashed over the number in the configuration; only a patch can print another number of pods. */
function checkStaticShards({ settings, workload }: ShardedParts, printed: PrintedObjects, report: Report): void {
  settings.senders.forEach(({ shards }, index) => {
    const { metadata, spec } = printed.manifest(workload.controllers[index]) as StatefulSet;
    const replicas = spec?.replicas ?? 1;
    if (replicas !== shards) {
      const pods = replicas === 1 ? '1 replica' : `${replicas} replicas`;
      const spread = shards === 1 ? 'gives all targets to 1 shard' : `spreads the targets over ${shards} shards`;
      const harm = replicas < shards ? 'the targets of the shards without a pod go unscraped' : `the pods beyond ${shards === 1 ? 'the first' : 'them'} scrape nothing`;
      report('static-shards-patched', `StatefulSet '${metadata?.name}' is printed with ${pods}, but its configuration ${spread}: ${harm}. Take back the patch of 'replicas', and set 'shards' `
        + '(or \'replicaShards\'); or use Sharding.DYNAMIC, where senders may come and go.');
    }
  });
}

/** One target is scraped whole by one sender. */
function checkSampleLimits({ settings, jobs }: ShardedParts, report: Report): void {
  const most = SENDER_HEADROOM * settings.seriesInMemory;
  for (const { name, sampleLimit = 0 } of jobs()) {
    if (sampleLimit > most) {
      const series = (value: number) => formatValue(value, FigureUnit.SERIES);
      report('target-beyond-sender', `'${name}.sampleLimit' lets one target have ${series(sampleLimit)} series, and a sender's memory is planned for ${series(settings.seriesInMemory)}, with room up to ${series(most)}: `
        + 'one sender scrapes the whole target, however many there are. Tell the workload its \'largestTargetSeries\', raise \'memoryLimit\', or lower the limit.', Severity.WARNING);
    }
  }
}

function checkRelabelings({ jobs }: ShardedParts, report: Report): void {
  for (const { name, relabeled } of jobs()) {
    const labels = SHARDING_LABELS.filter(label => relabeled.includes(label));
    if (labels.length > 0) {
      report('relabeling-of-static-sharding', `The relabelings of job '${name}' write ${quoted(labels, ' and ')}, which choose a target's shard with static sharding only: target allocators `
        + 'go by the address as it was discovered. Leave these steps out, or use Sharding.STATIC.');
    }
  }
}

/** Whatever has the labels of senders is given targets, and nobody scrapes them. */
function checkCollectors({ settings, workload }: ShardedParts, printed: PrintedObjects, report: Report): void {
  const strangers = ['StatefulSet.apps', 'Deployment.apps', 'DaemonSet.apps'].flatMap(kind => printed.ofKind(Chart.of(workload), kind))
    .filter(({ object, namespace }) => namespace === workload.namespace && !workload.controllers.includes(object));
  for (const sender of settings.senders) {
    const labels = Object.entries(collectorLabels(workload.group, sender));
    for (const { object, kind, name } of strangers) {
      const template: PodTemplateSpec = printed.podTemplate(object);
      if (labels.every(([label, value]) => template.metadata?.labels?.[label] === value)) {
        report('allocator-finds-strangers', `The pods of ${kind} '${name}' have all labels by which the target allocators find the senders '${sender.name}' (${labels.map(([label]) => label).join(', ')}): `
          + 'they would be given targets, which then nobody scrapes. Give these pods other labels.');
      }
    }
  }
}

/** What both have of a job: an allocator leaves out by it what is no target, and a sender makes labels by it. */
type Steps = Map<string, string>;

/** Made of one source, the jobs of senders and of allocators can differ by patches only. */
function checkSameJobs({ settings, workload, allocator }: ShardedParts, printed: PrintedObjects, report: Report): void {
  const configMap = (name: string) => printed.find(Chart.of(workload), 'ConfigMap', workload.namespace, name)?.object as KubeObject | undefined;
  for (const { name } of settings.senders) {
    const maps = [configMap(`${workload.name}-${name}-dynamic`), configMap(`${allocator!.workload.name}-${name}`)];
    const [sender, discoverer] = maps;
    if (sender && discoverer && (sender.patched || discoverer.patched)) {
      const [scraped, assigned] = [sender, discoverer].map(stepsOf);
      const differ = [...new Set([...scraped.keys(), ...assigned.keys()])].filter(job => scraped.get(job) !== assigned.get(job));
      if (differ.length > 0) {
        report('allocator-job-differs', `The ConfigMaps '${sender.name}' of the senders and '${discoverer.name}' of their target allocators differ in ${differ.length === 1 ? 'job' : 'jobs'} `
          + `${differ.map(job => `'${job}'`).join(', ')}: a job must stand in both, with the same relabel_configs, or targets are assigned that nobody scrapes. Patch both alike, or use the options of the job.`);
      }
    }
  }
}

function stepsOf(configMap: KubeObject): Steps {
  const { data = {} } = configMap.toJson() as { data?: Record<string, string> };
  const steps: Steps = new Map();
  for (const document of Object.values(data).flatMap(text => parseAllDocuments(text))) {
    const { config, scrape_configs: own = config?.scrape_configs ?? [] } = (document.toJS() ?? {}) as AnyConfig;
    own.forEach(({ job_name, relabel_configs }) => steps.set(job_name, JSON.stringify(relabel_configs ?? [])));
  }
  return steps;
}

/** The `scrape_configs` of Prometheus, or of an allocator. */
interface AnyConfig {
  readonly scrape_configs?: { job_name: string; relabel_configs?: object[] }[];
  readonly config?: Pick<AnyConfig, 'scrape_configs'>;
}
