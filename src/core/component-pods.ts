import { type ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { labelKey, labelValue, map, namespaceName } from './field';
import { Graph } from './graph';
import { KubeObject } from './kube-object';
import { commonLabels, GroupLabels } from './labels';

/** Whose pods they are. */
interface ComponentPodsProps {
  /** Name of the objects. */
  readonly name: string;
  readonly group: GroupLabels;
  readonly kind: 'StatefulSet' | 'Deployment' | 'Job' | 'CronJob';
}

/** Charts whose namespace has been judged: what is wrong with it is said once, not by each part. */
const JUDGED_CHARTS = new WeakSet<Chart>();

/** Letters: Kubernetes appends '-' and up to ten more for the label of a revision or a run, and a label value has at most 63. */
export const MAX_NAME = 52;

/** The pods of one component, whatever controls them: what opens connections in the graph. */
export abstract class ComponentPods extends Construct {
  public readonly name: string;
  public readonly group: GroupLabels;
  public readonly kind: string;
  public readonly namespace: string;
  /** The objects that make the pods. */
  public abstract readonly controllers: ApiObject[];
  /** How many pods there are of each controller, of a run at the most. */
  public abstract readonly replicas: number[];

  constructor(scope: Construct, id: string, { name, group, kind }: ComponentPodsProps) {
    super(scope, id);
    this.name = name;
    this.group = group;
    this.kind = kind;
    this.namespace = this.ownNamespace();
  }

  /** Whether an autoscaler changes their number. */
  public get autoscaled(): boolean {
    return false;
  }

  protected get labels(): Record<string, string> {
    return commonLabels(this, this.group);
  }

  protected checkNames(names: string[]): void {
    for (const name of new Set(names)) {
      if (name.length > MAX_NAME) {
        Graph.of(this).report(this, 'name-too-long',
          `The name '${name}' has ${name.length} characters; Kubernetes lets a ${this.kind} have ${MAX_NAME}, `
          + 'for its pods carry it in a label together with a suffix. Give the part a shorter \'name\'.');
      }
      if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
        Graph.of(this).report(this, 'name-not-dns',
          `The name '${name}' is no DNS label: Kubernetes allows lower-case letters, digits and '-', beginning with a letter `
          + 'and ending with a letter or digit. Give the part another \'name\' or id.');
      }
    }
  }

  /** One without any rights, unless somebody grants it some; only then has it a token. */
  protected addServiceAccount(annotations?: Record<string, string>): void {
    new KubeObject(this, 'ServiceAccount', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: this.name, labels: this.labels, annotations },
      automountServiceAccountToken: false,
    });
  }

  private ownNamespace(): string {
    const chart = Chart.of(this);
    const { namespace } = chart;
    if (!JUDGED_CHARTS.has(chart)) {
      JUDGED_CHARTS.add(chart);
      this.checkNamespace(namespace);
      this.checkLabels(chart.labels);
    }
    return namespace ?? 'default';
  }

  private checkLabels(labels: Record<string, string>): void {
    const problem = map(labelValue(), labelKey()).problem(labels);
    if (problem) {
      Graph.of(this).report(this, 'chart-labels', `Of the labels of the chart, which all its objects carry, ${problem}. Give the chart others.`);
    }
  }

  private checkNamespace(namespace: string | undefined): void {
    const problem = namespace ? namespaceName().problem(namespace) : undefined;
    if (!namespace) {
      Graph.of(this).report(this, 'namespace-missing',
        'The chart has no namespace, but addresses of the parts contain it. Give it one: new Chart(app, \'monitoring\', { namespace: \'monitoring\' }).');
    } else if (problem) {
      Graph.of(this).report(this, 'namespace-not-dns', `The namespace of the chart ${problem}. Give the chart another one.`);
    }
  }
}
