import { readdirSync } from 'node:fs';
import { App, Chart, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import { check, Rule, Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import type { DeferredCheck } from '../../src/core/judgement';
import { NetworkPeer } from '../../src/core/network-peer';
import { Platform } from '../../src/core/platform';
import { THANOS_GRPC, THANOS_HTTP } from '../../src/core/thanos';
import { errorsOf, fixture } from '../fixture';
import { temporaryFolder } from '../temporary-folder';
import { component } from './checks/workload';

/** What is written to standard error meanwhile. */
function printedBy(run: () => void): string[] {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation(text => {
    lines.push(String(text));
    return true;
  });
  try {
    run();
  } finally {
    spy.mockRestore();
  }
  return lines;
}

describe('edges', () => {
  test('the same edge twice counts once', () => {
    const { chart } = fixture();
    const [query, store] = ['query', 'store'].map(id => component(chart, id));
    const graph = Graph.of(chart);
    graph.connect(query, store.endpoint(THANOS_GRPC.name), 'reads series');
    graph.connect(query, store.endpoint(THANOS_GRPC.name), 'reads once more');
    graph.connect(query, store.endpoint(THANOS_HTTP.name), 'asks whether it is ready');
    expect(graph.edges.map(({ why }) => why)).toEqual(['reads series', 'asks whether it is ready']);
    expect(graph.edgesFrom(query)).toEqual(graph.edges);
    expect(graph.edgesTo(store)).toEqual(graph.edges);
    expect(graph.edgesTo(query)).toEqual([]);
  });

  test('who monitors a platform monitors what joins it later, and nothing beside it', () => {
    const { chart } = fixture();
    const platform = new Construct(chart, 'platform');
    const prometheus = component(platform, 'prometheus');
    const graph = Graph.of(chart);
    graph.monitor(prometheus, platform);
    expect(graph.edgesTo(prometheus).map(({ from }) => from)).toEqual([prometheus]);
    const store = component(platform, 'store');
    const beside = component(chart, 'beside');
    expect(graph.monitoredBy(prometheus)).toEqual([prometheus, store]);
    expect(graph.edgesTo(store)).toEqual([{ from: prometheus, to: store.endpoint(THANOS_HTTP.name), why: 'scrapes metrics', selfMonitoring: true }]);
    expect(graph.edgesTo(beside)).toEqual([]);
  });

  test('two scopes that overlap are scraped once', () => {
    const { chart } = fixture();
    const prometheus = component(chart, 'prometheus');
    const graph = Graph.of(chart);
    graph.monitor(prometheus, chart);
    graph.monitor(prometheus, prometheus);
    expect(graph.edgesTo(prometheus)).toHaveLength(1);
  });

  test('two apps know nothing of each other', () => {
    const { chart } = fixture();
    component(chart, 'store');
    expect(Graph.of(chart)).toBe(Graph.of(chart.node.root));
    expect(Graph.of(fixture().chart).workloads).toEqual([]);
  });
});

describe('what parts say of their data', () => {
  test('a replica label counts once by its name', () => {
    const { chart } = fixture();
    const graph = Graph.of(chart);
    const [one, other] = ['one', 'other'].map(id => new Construct(chart, id));
    graph.addReplicaLabel(chart, { name: 'tenant_id', on: 'blocks', copies: 2 }, one);
    graph.addReplicaLabel(chart, { name: 'tenant_id', on: 'blocks', copies: 3 }, other);
    graph.addReplicaLabel(chart, { name: 'prometheus_replica', on: 'series', copies: 2 }, one);
    expect(graph.replicaLabels(chart)).toEqual([
      { name: 'tenant_id', on: 'blocks', copies: undefined, from: ['monitoring/one', 'monitoring/other'] },
      { name: 'prometheus_replica', on: 'series', copies: 2, from: ['monitoring/one'] },
    ]);
    expect(graph.replicaLabels(new Construct(chart, 'bucket'))).toEqual([]);
  });

  test('writers, readers and compactors are told apart by bucket', () => {
    const { chart } = fixture();
    const [hot, cold] = ['hot', 'cold'].map(id => new Construct(chart, id));
    const graph = Graph.of(chart);
    const writer = { at: chart, replicaLabels: () => [], streamLabels: {}, activeSeries: 1, localRetention: 1, outOfOrderTimeWindow: 0 };
    const reader = { at: chart, minAge: 0, maxAge: Infinity, syncInterval: 60 };
    const compactor = { at: chart, streamLabels: {}, deleteDelay: 1, retention: 1 };
    graph.addBlockWriter(hot, writer);
    graph.addBlockWriter(cold, writer);
    graph.addBlockReader(hot, reader);
    graph.addBlockCompactor(hot, compactor);
    expect([graph.blockWriters(hot), graph.blockReaders(hot), graph.blockCompactors(hot)]).toEqual([[writer], [reader], [compactor]]);
    expect([graph.blockWriters(cold), graph.blockReaders(cold), graph.blockCompactors(cold)]).toEqual([[writer], [], []]);
    expect(graph.allBlockWriters()).toEqual([writer, writer]);
  });
});

describe('findings', () => {
  test('all errors come in one exception, each with its path, and nothing is written', () => {
    const outdir = temporaryFolder();
    const app = new App({ outdir });
    const chart = new Chart(app, 'monitoring', { namespace: 'monitoring' });
    const [ring, store] = ['ring', 'store'].map(id => new Construct(chart, id));
    const graph = Graph.of(chart);
    graph.report(ring, 'ring-too-small', 'The ring is too small.');
    graph.addCheck(store, report => report('store-gap', 'There is a gap.'));
    graph.report(ring, 'ring-too-old', 'The ring is too old.');
    expect(() => app.synth()).toThrow(new Error([
      'Validation failed with the following errors:',
      '  [monitoring/ring] The ring is too small. (ring-too-small)',
      '  [monitoring/ring] The ring is too old. (ring-too-old)',
      '  [monitoring/store] There is a gap. (store-gap)',
    ].join('\n')));
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('errors stand first, then warnings, then notes', () => {
    const { chart } = fixture();
    const graph = Graph.of(chart);
    graph.report(chart, 'a', 'A note.', Severity.NOTE);
    graph.report(chart, 'b', 'A warning.', Severity.WARNING);
    graph.report(chart, 'c', 'An error.');
    graph.report(chart, 'd', 'Another warning.', Severity.WARNING);
    expect(graph.findings()).toEqual([
      { rule: 'c', severity: 'error', path: 'monitoring', message: 'An error.' },
      { rule: 'b', severity: 'warning', path: 'monitoring', message: 'A warning.' },
      { rule: 'd', severity: 'warning', path: 'monitoring', message: 'Another warning.' },
      { rule: 'a', severity: 'note', path: 'monitoring', message: 'A note.' },
    ]);
  });

  test('a warning is printed once, however often the tree is synthesized, and a note never', () => {
    const { app, chart } = fixture();
    const graph = Graph.of(chart);
    graph.report(chart, 'single', 'There is one replica.', Severity.WARNING);
    graph.report(chart, 'embedded', 'The bucket is embedded.', Severity.NOTE);
    expect(printedBy(() => {
      expect(errorsOf(app)).toEqual([]);
      graph.touch();
      expect(errorsOf(app)).toEqual([]);
    })).toEqual(['warning: [monitoring] There is one replica. (single)\n']);
  });

  test('an acknowledged warning is a note, but an error stays one', () => {
    const { app, chart } = fixture();
    const graph = Graph.of(chart);
    graph.report(chart, 'single', 'There is one replica.', Severity.WARNING);
    graph.report(chart, 'broken', 'It cannot work.');
    Platform.configure(chart, { acknowledgedRules: ['single', 'broken'] });
    expect(graph.findings().map(({ rule, severity }) => [rule, severity])).toEqual([['broken', Severity.ERROR], ['single', Severity.NOTE]]);
    expect(printedBy(() => expect(errorsOf(app)).toEqual(['[monitoring] It cannot work. (broken)']))).toEqual([]);
  });

  test('a table of rules reports every broken one, with its severity', () => {
    const { chart } = fixture();
    const rules: Rule<{ cache: number; limit: number }>[] = [
      { id: 'fine', broken: s => s.cache < 0, says: () => 'Never said.' },
      { id: 'cache-beyond-limit', broken: s => s.cache > s.limit, says: s => `${s.cache} > ${s.limit}.` },
      { id: 'limit-low', severity: Severity.WARNING, broken: s => s.limit < 10, says: s => `${s.limit} is low.` },
    ];
    check(chart, rules, { cache: 5, limit: 4 });
    expect(Graph.of(chart).findings().map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      ['cache-beyond-limit', Severity.ERROR, '5 > 4.'],
      ['limit-low', Severity.WARNING, '4 is low.'],
    ]);
  });
});

describe('checks over the finished tree', () => {
  function counted(check_: DeferredCheck) {
    const { app, chart } = fixture();
    const store = component(chart, 'store');
    const run = jest.fn(check_);
    const graph = Graph.of(chart);
    graph.addCheck(store, run);
    return { app, chart, graph, run, controller: store.controllers[0] };
  }

  test('see what was added after them', () => {
    const { app, chart, graph } = counted(report => {
      if (graph.workloads.length > 1) {
        report('crowded', `There are ${graph.workloads.length} workloads.`);
      }
    });
    expect(errorsOf(app)).toEqual([]);
    component(chart, 'query');
    expect(errorsOf(app)).toEqual(['[monitoring/store] There are 2 workloads. (crowded)']);
  });

  test('run once for each state of the tree, and whenever findings are read', () => {
    const { app, chart, graph, run } = counted(() => undefined);
    errorsOf(app);
    errorsOf(app);
    expect(run).toHaveBeenCalledTimes(1);
    graph.connectPeer({ workload: component(chart, 'query'), direction: 'from', peer: NetworkPeer.anywhere(), why: 'looks' });
    errorsOf(app);
    expect(run).toHaveBeenCalledTimes(2);
    graph.findings();
    expect(run).toHaveBeenCalledTimes(3);
  });

  test('look again after a patch, at what is printed then', () => {
    const { app, run, controller } = counted((report, printed) => {
      const { replicas = 1 } = (printed.manifest(controller) as Deployment).spec!;
      if (replicas > 2) {
        report('too-many', `${replicas} replicas are too many.`);
      }
    });
    expect(errorsOf(app)).toEqual([]);
    controller.addJsonPatch(JsonPatch.replace('/spec/replicas', 3));
    expect(errorsOf(app)).toEqual(['[monitoring/store] 3 replicas are too many. (too-many)']);
    controller.addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
    expect(errorsOf(app)).toEqual([]);
    expect(run).toHaveBeenCalledTimes(3);
  });
});
