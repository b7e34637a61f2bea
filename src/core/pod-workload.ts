import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkExtraArgs } from './checks/extra-args';
import { ComponentPods } from './component-pods';
import { Endpoint, EndpointProtocol } from './endpoint';
import { Graph } from './graph';
import { KubeObject } from './kube-object';
import { GroupLabels, selectorLabels } from './labels';
import { addNetworkPolicy } from './network-policy';
import { Platform } from './platform';
import { PodProps, PodSetProps, podTemplate } from './pod';
import { remembered } from './remembered';
import { memoryQuantity } from './units';

/** A port of a workload. */
export interface WorkloadPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: EndpointProtocol;
  /** Path of the program's own metrics, if they are served here. */
  readonly metrics?: string;
  /** Whether a sidecar serves it; the sidecar's container then declares it. */
  readonly sidecar?: boolean;
  /** Whether this sidecar is an init container that goes on: before Kubernetes 1.32, a Service finds the port of such a one only by its number. */
  readonly byNumber?: boolean;
}

/** Storage of each pod of a StatefulSet, kept when the set shrinks or goes. */
interface WorkloadStorage {
  readonly name: string;
  readonly mountPath: string;
  /** Folders of the volume that are mounted below `mountPath` in its place; the kubelet makes those that are missing. @default - the whole volume */
  readonly subPaths?: string[];
  readonly size: number;
  readonly storageClassName?: string;
  /** A cache that can be made again: it goes with its pod's place in the set. */
  readonly disposable?: boolean;
}

/** Pods of one set: a StatefulSet of its own, or the Deployment. */
export interface PodSet extends PodSetProps {
  /** Appended to the workload's name; empty for the only set. */
  readonly suffix: string;
  readonly replicas: number;
  /** Whether somebody else sets the number in the cluster, which each apply would set back. @default false */
  readonly autoscaled?: boolean;
  /** Labels and annotations of the controller itself, for tools that order roll-outs. */
  readonly objectLabels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** A program that runs in pods. */
export interface PodWorkloadProps extends Omit<PodProps, 'group' | 'container' | 'ports'> {
  /** Name of the objects. A StatefulSet's name is for ever: its volumes and its DNS names hang on it. */
  readonly name: string;
  readonly group: GroupLabels;
  readonly kind: 'StatefulSet' | 'Deployment';
  readonly ports: WorkloadPort[];
  readonly sets: PodSet[];

  /** Without an address of its own, so that clients see each pod. @default - as a StatefulSet */
  readonly headless?: boolean;
  /** DNS also names pods that are not ready: members of a ring are addressed one by one. */
  readonly publishNotReadyAddresses?: boolean;
  readonly storage?: WorkloadStorage;
  /** Pods of all sets that may be away at once by a drain; nothing for no PodDisruptionBudget. */
  readonly maxUnavailable?: number;
  /** Seconds that a new pod must be ready before the roll-out goes on. */
  readonly minReadySeconds?: number;
  /** `OnDelete` where the order between sets matters. */
  readonly updateStrategy?: 'RollingUpdate' | 'OnDelete';
  readonly serviceAccountAnnotations?: Record<string, string>;
}

/** Seconds that a pod behind a Service goes on answering after it was told to stop: nodes learn late that it is leaving. */
const SERVICE_DELAY = 10;

/** The pods of one component with their Services, PodDisruptionBudget, ServiceAccount and NetworkPolicy. */
export class PodWorkload extends ComponentPods {
  public readonly ports: WorkloadPort[];
  public readonly sets: PodSet[];
  /** What one pod requests, for the sum over the platform. */
  public readonly needs: { cpuRequest: number; memoryRequest: number; storageSize: number };
  public readonly serviceAccountName: string;
  /** The StatefulSets or the Deployment, in the order of the sets. */
  public readonly controllers: ApiObject[];
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(scope: Construct, id: string, private readonly props: PodWorkloadProps) {
    super(scope, id, props);
    this.ports = props.ports;
    this.sets = props.sets;
    this.needs = { ...props.resources, storageSize: props.storage?.size ?? 0 };
    this.serviceAccountName = props.name;
    Graph.of(this).addWorkload(this);
    this.checkNames([this.name, ...this.sets.map(set => this.setName(set))]);
    checkExtraArgs(this, props.group, props.options.extraArgs);
    this.addServiceAccount({ ...props.serviceAccountAnnotations, ...props.options.serviceAccountAnnotations });
    this.addServices();
    this.controllers = props.sets.map(set => this.addController(set));
    if (props.maxUnavailable !== undefined) {
      this.addDisruptionBudget(props.maxUnavailable);
    }
    addNetworkPolicy(this);
  }

  /** A port behind the workload's Service, or that of one set. */
  public endpoint(portName: string, set = this.props.sets[0]): Endpoint {
    return this.owned(`${this.serviceName(set)}.${this.domain}`, portName, this.serviceName(set));
  }

  public get replicas(): number[] {
    return this.sets.map(({ replicas }) => replicas);
  }

  public get autoscaled(): boolean {
    return this.sets.some(({ autoscaled }) => autoscaled);
  }

  /** Where the program's metrics, and those of its sidecars, are served. */
  public get metricsEndpoints(): Endpoint[] {
    return this.ports.filter(({ metrics }) => metrics).map(({ name }) => this.endpoint(name));
  }

  /** A port of one pod of a StatefulSet, by its stable DNS name. */
  public podEndpoint(portName: string, set: PodSet, ordinal: number): Endpoint {
    const service = this.serviceName(set);
    const controller = this.setName(set);
    return this.owned(`${controller}-${ordinal}.${service}.${this.domain}`, portName, service, { controller, ordinal });
  }

  public setName({ suffix }: PodSet): string {
    return suffix ? `${this.name}-${suffix}` : this.name;
  }

  public serviceName(set: PodSet): string {
    return this.props.independentSets ? this.setName(set) : this.name;
  }

  private get domain(): string {
    return `${this.namespace}.svc.${Platform.of(this).clusterDomain ?? 'cluster.local'}`;
  }

  private owned(host: string, portName: string, service: string, pod?: { controller: string; ordinal: number }): Endpoint {
    const key = `${host}:${portName}`;
    const port = this.ports.find(({ name }) => name === portName)!;
    const endpoint = this.endpoints.get(key) ?? Endpoint._owned(host, port.port, port.protocol, { workload: this, service, portName, pod });
    this.endpoints.set(key, endpoint);
    return endpoint;
  }

  private addServices(): void {
    for (const set of this.props.independentSets ? this.sets : this.sets.slice(0, 1)) {
      const name = this.serviceName(set);
      const headless = this.props.headless ?? this.kind === 'StatefulSet';
      const selector = { ...selectorLabels(this.group), ...(this.props.independentSets ? set.labels : {}) };
      new KubeObject(this, `Service${this.props.independentSets ? `-${set.suffix}` : ''}`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, labels: { ...this.labels, ...(this.props.independentSets ? set.labels : {}) } },
        spec: {
          ...(headless ? { clusterIP: 'None' } : {}),
          ...(this.props.publishNotReadyAddresses ? { publishNotReadyAddresses: true } : {}),
          selector,
          ports: this.ports.map(port => ({
            name: port.name,
            port: port.port,
            targetPort: port.byNumber ? port.port : port.name,
            protocol: 'TCP',
            ...(port.protocol === EndpointProtocol.GRPC ? { appProtocol: 'grpc' } : {}),
          })),
        },
      });
    }
  }

  private addController(set: PodSet): ApiObject {
    const { storage, kind } = this.props;
    const stopDelay = kind === 'Deployment' ? SERVICE_DELAY : undefined;
    const claim = storage && { name: storage.name, mountPath: storage.mountPath, subPaths: storage.subPaths };
    const pod = { ...this.props, container: this.group.component, ports: this.ports.filter(({ sidecar }) => !sidecar) };
    const versionLabel = kind === 'Deployment' ? 'pod-template-hash' : undefined;
    const spec = {
      ...(set.autoscaled ? {} : { replicas: set.replicas }),
      selector: { matchLabels: { ...selectorLabels(this.group), ...set.labels } },
      ...(this.props.minReadySeconds ? { minReadySeconds: Math.ceil(this.props.minReadySeconds) } : {}),
      ...(kind === 'StatefulSet' ? this.statefulSetSpec(set) : { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } }),
      template: Lazy.any({ produce: remembered(this, () => podTemplate(this, pod, { stopDelay, ...set, claim, versionLabel }, this.serviceAccountName)) }),
    };
    return new KubeObject(this, set.suffix ? `Resource-${set.suffix}` : 'Resource', {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: this.setName(set), labels: { ...this.labels, ...set.labels, ...set.objectLabels }, annotations: set.annotations },
      spec,
    });
  }

  private statefulSetSpec(set: PodSet) {
    const { storage } = this.props;
    return {
      serviceName: this.serviceName(set),
      // New pods start at once; roll-outs go one by one all the same. In order, a pod that never becomes ready keeps its own correction out.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: this.props.updateStrategy ?? 'RollingUpdate' },
      ...(storage ? {
        persistentVolumeClaimRetentionPolicy: storage.disposable
          ? { whenDeleted: 'Delete', whenScaled: 'Delete' } : { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [{
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          // Never the version or anything else that changes: a cluster refuses to change a template in place.
          metadata: { name: storage.name, labels: selectorLabels(this.group) },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storage.storageClassName ?? Platform.of(this).storageClassName,
            resources: { requests: { storage: memoryQuantity(storage.size) } },
          },
        }],
      } : {}),
    };
  }

  private addDisruptionBudget(maxUnavailable: number): void {
    new KubeObject(this, 'PodDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: this.name, labels: this.labels },
      spec: {
        maxUnavailable,
        selector: { matchLabels: selectorLabels(this.group) },
        // A pod that is broken anyway must not hold up the drain of its node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
