import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AUTOSCALING_RULES, type AutoscalingSettings } from './autoscaling-props';
import { type IQueryApi } from '../core/endpoint';
import { check, Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { KubeObject } from '../core/kube-object';
import { commonLabels } from '../core/labels';
import { NetworkPeer } from '../core/network-peer';
import { ownCluster } from '../core/own-cluster';
import type { PodSet, PodWorkload } from '../core/pod-workload';

/** What of the senders their load is read from. */
interface ScaledSenders {
  readonly workload: PodWorkload;
  /** Counts the samples that are scraped. */
  readonly appended: string;
  /** Seconds. */
  readonly scrapeInterval: number;
  /** External label `cluster`. @default - they have none */
  readonly cluster?: string;
  /** Senders that are planned. */
  readonly shards: number;
}

/** Failed looks at the load after which the number stays, or is raised to the planned one. */
const FAILURES = 3;
/** Over which rates are taken: ten scrapes of an interval of 30 seconds. */
const RATE = '5m';
/** Seconds; in each, senders at most double, and one goes. */
const SCALE_UP_PERIOD = 300;
const SCALE_DOWN_PERIOD = 300;
/** A platform of few senders grows by more than a doubling, if it must. */
const FEW = 2;

const KEDA = NetworkPeer.pods({ namespaceLabels: { 'kubernetes.io/metadata.name': 'keda' }, podLabels: { app: 'keda-operator' } });

/**
 * KEDA's ScaledObjects, one for each replica of senders. Each looks at the load of its own replica; they are the same but for their
 * windows, which let one twin settle before the next moves.
 *
 * Not by `prometheus_agent_active_series`: an agent forgets a series only when its WAL is truncated, after hours, so that targets
 * that have moved would count twice, and each new sender would call for another.
 */
export class SenderAutoscaler extends Construct {
  private query?: IQueryApi;

  constructor(scope: Construct, id: string, private readonly senders: ScaledSenders, private readonly settings: AutoscalingSettings) {
    super(scope, id);
    check(this, AUTOSCALING_RULES, settings);
    senders.workload.sets.forEach((set, index) => this.addScaledObject(set, index));
    if (settings.query) {
      this.ask(settings.query);
    }
    Graph.of(this).addCheck(this, (report) => {
      if (!this.query) {
        report('autoscaling-without-query', "'autoscaling' needs a 'query' that knows how loaded the senders are: give it a ThanosQuery, or let a MonitoringStack join them.");
      }
      if (!Graph.of(this).edgesTo(senders.workload).some(({ selfMonitoring }) => selfMonitoring)) {
        report('autoscaling-unmonitored', "'autoscaling' goes by the metrics of the senders, which nobody scrapes: call 'monitor', or leave the stack's 'selfMonitoring' on. "
          + 'If another Prometheus scrapes them for this query, acknowledge this.', Severity.WARNING);
      }
    });
  }

  /** Goes by the answers of a query, unless the props named another. */
  public ask(query: IQueryApi): void {
    if (this.query) {
      return;
    }
    this.query = query;
    const { queryEndpoint } = query;
    if (queryEndpoint._owned) {
      const { workload } = queryEndpoint._owned;
      Graph.of(this).connectPeer({
        workload, direction: 'from', peer: this.settings.kedaOperator ?? KEDA, why: 'asks how loaded the senders are', name: 'KEDA', ports: [queryEndpoint.port],
      });
    }
    Graph.of(this).touch();
  }

  private addScaledObject(set: PodSet, index: number): void {
    const { workload, shards } = this.senders;
    const { minReplicaCount, maxReplicaCount, pollingInterval } = this.settings;
    const name = workload.setName(set);
    new KubeObject(this, `Resource-${set.suffix}`, {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name, labels: { ...commonLabels(this, workload.group), ...set.labels } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name },
        pollingInterval,
        minReplicaCount,
        maxReplicaCount,
        // Whoever cannot see the load must not take senders away.
        fallback: { failureThreshold: FAILURES, replicas: Math.min(maxReplicaCount, Math.max(minReplicaCount, shards)), behavior: 'currentReplicasIfHigher' },
        advanced: { horizontalPodAutoscalerConfig: { name, behavior: this.behavior(index) } },
        triggers: Lazy.any({ produce: () => this.triggers(name) }),
      },
    });
  }

  private behavior(index: number): object {
    const { scaleUpStabilization, scaleDownStabilization, twinDelay } = this.settings;
    const later = index * twinDelay;
    return {
      scaleUp: {
        stabilizationWindowSeconds: Math.ceil(scaleUpStabilization + later),
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: SCALE_UP_PERIOD }, { type: 'Pods', value: FEW, periodSeconds: SCALE_UP_PERIOD }],
      },
      scaleDown: {
        stabilizationWindowSeconds: Math.ceil(scaleDownStabilization + later),
        policies: [{ type: 'Pods', value: 1, periodSeconds: SCALE_DOWN_PERIOD }],
      },
    };
  }

  private triggers(name: string): object[] {
    const { workload: { namespace }, appended, scrapeInterval, cluster } = this.senders;
    const { seriesPerSender, queueDelay } = this.settings;
    const pods = [`namespace="${namespace}"`, `pod=~"${name}-[0-9]+"`, ...(cluster === undefined ? [] : [ownCluster(cluster)])].join(',');
    // It is 0 until a sender has sent for the first time, which would make each new one call for more.
    const sent = `(prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${pods}} > 0)`;
    const behind = `prometheus_remote_storage_highest_timestamp_in_seconds{${pods}} - on (pod) ${sent}`;
    return [
      this.trigger('active-series', 'AverageValue', `sum(rate(${appended}{${pods}}[${RATE}])) * ${scrapeInterval}`, seriesPerSender),
      // A receiver that refuses or is away is not helped by more senders, and what waits for it is behind everywhere.
      this.trigger('queue-delay', 'Value',
        `max((${behind}) unless on (pod) rate(prometheus_remote_storage_samples_retried_total{${pods}}[${RATE}]) > 0) or vector(0)`, queueDelay),
    ];
  }

  private trigger(name: string, metricType: string, query: string, threshold: number): object {
    return {
      type: 'prometheus',
      name,
      metricType,
      metadata: {
        serverAddress: this.query?.queryUrl,
        query,
        threshold: String(Math.ceil(threshold)),
        // No answer is a failure, never a load of zero.
        ignoreNullValues: 'false',
      },
    };
  }
}
