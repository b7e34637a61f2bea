import { App, Chart } from 'cdk8s';
import { component } from './checks/workload';
import type { PodWorkload } from '../../src/core/pod-workload';
import { fixture, manifest } from '../fixture';

/** What all selectors look for in the tests of one workload. */
export const SELECTOR = { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': 'store', 'app.kubernetes.io/component': 'store' };

type Props = Parameters<typeof component>[2];

interface Made {
  readonly app: App;
  readonly chart: Chart;
  readonly workload: PodWorkload;
}

/** A tree with a Deployment named `store`. */
export function made(props: Props = {}): Made {
  const { app, chart } = fixture();
  return { app, chart, workload: component(chart, 'store', props) };
}

/** A tree with a StatefulSet named `store`. */
export const stateful = (props: Props = {}): Made => made({ kind: 'StatefulSet', ...props });

/** The pods of `store`, or of one of its sets. */
export const templateOf = (chart: Chart, kind = 'Deployment', name = 'store') => manifest(chart, kind, name).spec.template;
