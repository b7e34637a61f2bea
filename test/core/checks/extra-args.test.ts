import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { component } from './workload';
import { FIXED_FLAGS } from '../../../src/core/checks/fixed-flags';
import { OLD_FLAGS } from '../../../src/core/checks/removed-flags';
import { EndpointProtocol } from '../../../src/core/endpoint';
import { Graph } from '../../../src/core/graph';
import { IMAGES, ProgramName } from '../../../src/core/images';
import { PodWorkload } from '../../../src/core/pod-workload';
import { ThanosReceiveRing } from '../../../src/receive';
import { fixture } from '../../fixture';
import type { CommandFlags } from '../../programs/flags/types';
import { TestBucket } from '../../store/parts';

const DATA = join(__dirname, '../../programs/data');
const COMMANDS = readdirSync(DATA).map(file => JSON.parse(readFileSync(join(DATA, file), 'utf8')) as CommandFlags);
const HIDDEN = (JSON.parse(readFileSync(join(DATA, '../hidden-flags.json'), 'utf8')) as { hidden: { program: string; subcommand: string; flag: string }[] }).hidden;

/** What is found in the arguments of a component, as `severity: message (rule)`. */
function findings(name: string, ...extraArgs: string[]): string[] {
  const { chart } = fixture();
  component(chart, name, { options: { extraArgs } });
  return Graph.of(chart).findings().map(({ severity, message, rule }) => `${severity}: ${message} (${rule})`);
}

const THANOS = `thanos ${IMAGES[ProgramName.THANOS].version}`;
const PROMETHEUS = `prometheus ${IMAGES[ProgramName.PROMETHEUS].version}`;

test.each([
  ['receive-ingestor', '--shipper.ignore-unequal-block-size',
    `error: 'extraArgs' has '--shipper.ignore-unequal-block-size', which ${THANOS} no longer knows; it would not start. `
    + 'Leave it out: since 0.42 Receive waits with its compaction until a block is uploaded. (flag-removed)'],
  ['receive-router', '--writer.intern',
    `warning: 'extraArgs' has '--writer.intern', which ${THANOS} has deprecated or no longer needs. `
    + 'Leave it out: the next version of Thanos always does this, and refuses the flag. (flag-deprecated)'],
  ['query', '--endpoint=dnssrv+_grpc._tcp.store',
    `warning: 'extraArgs' has '--endpoint', which ${THANOS} has deprecated or no longer needs. `
    + 'Query finds its endpoints by --endpoint.sd-config-file, which the construct prints: give it the store as a prop instead. (flag-deprecated)'],
  ['query', '--rule=ruler:10901',
    `error: 'extraArgs' has '--rule', which ${THANOS} no longer knows; it would not start. `
    + 'Query finds its endpoints by --endpoint.sd-config-file, which the construct prints: give it the store as a prop instead. (flag-removed)'],
  ['receive-router', '--receive.hashrings-algorithm=hashmod',
    "error: 'extraArgs' has '--receive.hashrings-algorithm=hashmod', which must not be set by hand. "
    + "With 'hashmod' every change of the ring moves nearly all series, and each ingestor flushes its whole head. Leave it out. (flag-fixed)"],
  ['receive-ingestor', '--label=zone="a"',
    "error: 'extraArgs' has '--label=zone=\"a\"', which must not be set by hand. It would take the place of every label that the construct prints, "
    + "also of 'receive_replica', by which copies are merged. Use the prop 'externalLabels'. (flag-fixed)"],
  ['store-gateway', '--http-address=:80',
    "error: 'extraArgs' has '--http-address=:80', which must not be set by hand. Services, probes, NetworkPolicies and the addresses that other parts were given "
    + 'go by the port that the construct prints. Leave it out. (flag-fixed)'],
])('%s: %s', (name, argument, message) => {
  expect(findings(name, argument)).toEqual([message]);
});

test.each([
  ['receive-router', '--receive.hashrings-algorithm=ketama'],
  ['receive-ingestor', '--tsdb.min-block-duration=3m'],
  ['query', '--label=zone="a"'],
  ['store-gateway', '--no-web.disable'],
])('%s may have %s', (name, argument) => {
  expect(findings(name, argument)).toEqual([]);
});

/** What is found in the arguments of Prometheus. */
function prometheusFindings(...extraArgs: string[]): string[] {
  const { chart } = fixture();
  new PodWorkload(chart, 'prometheus', {
    name: 'prometheus',
    group: { program: ProgramName.PROMETHEUS, instance: 'prometheus', component: 'prometheus' },
    kind: 'StatefulSet',
    ports: [{ name: 'web', port: 9090, protocol: EndpointProtocol.HTTP }],
    sets: [{ suffix: '', replicas: 1, labels: {} }],
    args: [],
    probes: { port: 'web', liveness: '/', readiness: '/', startup: 60 },
    options: { extraArgs },
    resources: { cpuRequest: 0.1, memoryRequest: 1, memoryLimit: 1 },
    terminationGracePeriod: 60,
  });
  return Graph.of(chart).findings().map(({ severity, message, rule }) => `${severity}: ${message} (${rule})`);
}

test.each([
  ['--storage.tsdb.retention=15d',
    `error: 'extraArgs' has '--storage.tsdb.retention', which ${PROMETHEUS} no longer knows; it would not start. `
    + "Retention stands in the configuration, 'storage.tsdb.retention'. (flag-removed)"],
  ['--enable-feature=exemplar-storage,native-histograms',
    `warning: 'extraArgs' has 'native-histograms' in '--enable-feature=exemplar-storage,native-histograms', which ${PROMETHEUS} has deprecated or no longer needs. `
    + "Native histograms are scraped with 'scrape_native_histograms' in the configuration. (flag-deprecated)"],
  ['--agent', "error: 'extraArgs' has '--agent', which must not be set by hand. Configuration, volumes and the plan differ between agents and servers. "
    + "Use the prop 'mode'. (flag-fixed)"],
])('prometheus: %s', (argument, message) => {
  expect(prometheusFindings(argument)).toEqual([message]);
});

test('prometheus may have features that are not old', () => {
  expect(prometheusFindings('--enable-feature=exemplar-storage')).toEqual([]);
});

test('every flag that the tested programs call deprecated is in the table', () => {
  const known = new Set(OLD_FLAGS.map(({ program, flag }) => `${program} ${flag}`));
  const deprecated = COMMANDS.filter(({ program }) => program !== 'versitygw').flatMap(({ program, flags }) =>
    Object.entries(flags).filter(([, flag]) => flag.deprecated).map(([name]) => `${program} ${name}`));
  expect(deprecated.filter(flag => !known.has(flag))).toEqual([]);
});

/** Components by the subcommand of Thanos that they run. */
const COMPONENTS: Record<string, string> = { 'query': 'query', 'receive-router': 'receive', 'receive-ingestor': 'receive' };

test('no flag that the table calls removed is known to the tested programs', () => {
  const removed = OLD_FLAGS.filter(row => row.removed).flatMap(({ program, flag, components = [undefined] }) =>
    components.map(name => ({ program, flag, subcommand: name && COMPONENTS[name] })));
  const knows = (row: typeof removed[number]) => [
    ...COMMANDS.filter(({ flags }) => row.flag in flags),
    ...HIDDEN.filter(({ flag }) => flag === row.flag),
  ].some(({ program, subcommand }) => program === row.program && (row.subcommand === undefined || row.subcommand === subcommand));
  expect(removed.filter(knows)).toEqual([]);
});

test('every flag that must not be set by hand exists', () => {
  const exists = (row: { program: string; flag: string }) => COMMANDS.some(({ program, flags }) => program === row.program && row.flag in flags)
    || HIDDEN.some(({ program, flag }) => program === row.program && row.flag === flag);
  expect(FIXED_FLAGS.filter(row => !exists(row))).toEqual([]);
});

test('a flag that a prop covers is set by the prop', () => {
  const { chart } = fixture();
  new ThanosReceiveRing(chart, 'ring', { bucket: new TestBucket(chart, 'bucket'), ingestor: { extraArgs: ['--tsdb.retention=2d', '--tsdb.min-block-duration=3m'] } });
  expect(Graph.of(chart).findings().map(({ severity, message, rule }) => `${severity}: ${message} (${rule})`)).toEqual([
    "warning: 'ingestor.extraArgs' has '--tsdb.retention=2d', for which there is the prop 'ingestor.tsdbRetention': by hand, neither the plan nor any check sees its value. "
    + 'Use the prop. (flag-covered-by-prop)',
  ]);
});
