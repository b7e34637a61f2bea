import * as fs from 'node:fs';
import * as path from 'node:path';
import { Chart, Duration, Testing } from 'cdk8s';
import { Compactor, Endpoint, ThanosQuery, ThanosRuler, ThanosRulerProps } from '../../../src';
import { programPath } from '../../programs/build';
import type { Manifest } from '../../programs/examples';
import { podOf } from '../../programs/pods';
import { freePorts, Started } from '../../programs/process';

/** Arguments of programs, as constructs print them. */
export interface PrintedArgs {
  /** Of each replica. */
  readonly rulers: string[][];
  /** Of the compactor of the rulers' bucket, if they have one. */
  readonly compactor: string[];
}

/** The arguments of rulers, which ask Query at this address, and of the compactor of their bucket. */
export function argsOf(query: string, propsOf: (chart: Chart) => Partial<ThanosRulerProps>): PrintedArgs {
  const chart = new Chart(Testing.app(), 'ruler', { namespace: 'monitoring', disableResourceNameHashes: true });
  const external = new URL(query);
  const props = propsOf(chart);
  const ruler = new ThanosRuler(chart, 'ruler', {
    queries: [ThanosQuery.fromQueryEndpoint(chart, 'query', Endpoint.external({ host: external.hostname, port: Number(external.port) }))],
    evaluationInterval: Duration.seconds(1),
    ...props,
  });
  if (props.bucket) {
    new Compactor(chart, 'compactor', { bucket: props.bucket });
  }
  const names = ruler.statefulSets.map(({ name }) => name);
  const args = (named: (name: string) => boolean) => (Testing.synth(chart) as Manifest[]).filter(({ kind, metadata }) => kind === 'StatefulSet' && named(metadata.name))
    .map(manifest => podOf({ example: '', manifest })!.manifest.spec.containers[0].args!);
  return { rulers: args(name => names.includes(name)), compactor: args(name => name === 'compactor').flat() };
}

/** Starts a ruler with the printed arguments; its folders and ports are this machine's. */
export async function startRuler(args: readonly string[], folder: string, rules: object): Promise<{ started: Started; url: string }> {
  const [http, grpc] = await freePorts(2);
  const local = args.map(arg => arg.replace('/var/thanos/rules/current/*', `${folder}/rules.yaml`).replace('/var/thanos/rule', `${folder}/data`)
    .replace('0.0.0.0:10902', `127.0.0.1:${http}`).replace('0.0.0.0:10901', `127.0.0.1:${grpc}`).replace(/\$\$/g, '$'));
  fs.writeFileSync(path.join(folder, 'rules.yaml'), JSON.stringify(rules));
  return { started: new Started(programPath('thanos'), local), url: `http://127.0.0.1:${http}` };
}
