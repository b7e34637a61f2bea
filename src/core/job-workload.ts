import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { ComponentPods } from './component-pods';
import { Graph } from './graph';
import { KubeObject } from './kube-object';
import type { GroupLabels } from './labels';
import { addNetworkPolicy } from './network-policy';

/** A program that runs in pods and ends. */
export interface JobWorkloadProps {
  /** Name of the objects. */
  readonly name: string;
  readonly group: GroupLabels;
  /** When it runs. @default - once: it is a Job */
  readonly cron?: Omit<CronJobSpec, 'jobTemplate'>;
  readonly job: Omit<JobSpec, 'template'>;
  /** The pod of a run, made when the tree is printed. */
  readonly pod: (serviceAccountName: string) => PodTemplateSpec;
  /** A ServiceAccount that is made elsewhere. @default - one of its own, without any rights */
  readonly serviceAccountName?: string;
}

/** The pods of a CronJob, or of a Job, with their ServiceAccount and NetworkPolicy. Nobody opens connections to them, so they have no Service. */
export class JobWorkload extends ComponentPods {
  public readonly controllers: [ApiObject];
  public readonly replicas = [1];

  constructor(scope: Construct, id: string, props: JobWorkloadProps) {
    super(scope, id, { ...props, kind: props.cron ? 'CronJob' : 'Job' });
    Graph.of(this).addJob(this);
    this.checkNames([this.name]);
    if (!props.serviceAccountName) {
      this.addServiceAccount();
    }
    this.controllers = [this.addController(props)];
    addNetworkPolicy(this);
  }

  private addController({ cron, job, pod, serviceAccountName = this.name }: JobWorkloadProps): ApiObject {
    const spec = { ...job, template: Lazy.any({ produce: () => pod(serviceAccountName) }) };
    return new KubeObject(this, 'Resource', {
      apiVersion: 'batch/v1',
      kind: this.kind,
      metadata: { name: this.name, labels: this.labels },
      spec: cron ? { ...cron, jobTemplate: { metadata: { labels: this.labels }, spec } } : spec,
    });
  }
}
