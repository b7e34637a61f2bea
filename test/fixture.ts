import { App, Chart } from 'cdk8s';

/** The part of a Kubernetes object that tests look into. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  // Tests look into all kinds of objects, each of its own shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [key: string]: any;
}

/** An app with one chart, as a user would begin. */
export function fixture(namespace: string | undefined = 'monitoring'): { app: App; chart: Chart } {
  const app = new App();
  return { app, chart: new Chart(app, 'monitoring', { namespace, disableResourceNameHashes: true }) };
}

export function manifests(chart: Chart): Manifest[] {
  return chart.toJson() as Manifest[];
}

/** The object of a kind and name; fails the test when it is not there. */
export function manifest(chart: Chart, kind: string, name: string): Manifest {
  const all = manifests(chart);
  const found = all.find(object => object.kind === kind && object.metadata.name === name);
  if (!found) {
    throw new Error(`no ${kind} '${name}' among ${all.map(object => `${object.kind} ${object.metadata.name}`).join(', ')}`);
  }
  return found;
}

/** The arguments of the first container of a workload. */
export function argsOf(chart: Chart, kind: string, name: string): string[] {
  return manifest(chart, kind, name).spec.template.spec.containers[0].args;
}

/** What a synth of the app refuses, one message a line; empty when it passes. */
export function errorsOf(app: App): string[] {
  try {
    app.synthYaml();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map(line => line.trim());
  }
}
