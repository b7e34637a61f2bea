import { Chart, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { editRing } from './hashring';
import { Flags, Lab, StartOptions } from './lab';
import { platformObjects } from './platform';
import { editConfig, SenderConfig } from './sending';
import { COMPACTOR, INGESTOR, QUERY, ROUTER, SENDER } from './shapes';
import { Family, Seen, Trap } from './trap';

/** Whether a program starts, and why not. */
function starts(workload: string, options: StartOptions): Promise<Seen> {
  return Lab.with({}, async lab => {
    const started = await lab.start(workload, { ...options, unready: true });
    const ready = await started.ready().then(() => true, () => false);
    const { output } = started.started;
    const said = /err="(.*?)(\\n|"$|" )/m.exec(output)?.[1] ?? /error: .*/.exec(output)?.[0] ?? output.trim().split('\n').at(-1) ?? '';
    const [, program] = /^platform-(.*?)(-0)?$/.exec(workload)!;
    return { text: ready ? `the ${program} became ready` : `the ${program} ended: ${said.replace(/\\|\/\S*\/volumes/g, '').slice(0, 200)}`, harm: !ready };
  });
}

const flagTrap = (trap: Pick<Trap, 'name' | 'rule' | 'source' | 'ours'>, workload: string, flags: Flags): Trap => ({
  ...trap,
  how: Object.entries(flags).map(([name, value]) => value === undefined ? `--${name} left out` : `--${name}${value === true ? '' : `=${String(value)}`}`).join(', '),
  broken: () => starts(workload, { flags }),
  right: () => starts(workload, {}),
});

const fileTrap = (trap: Omit<Trap, 'broken' | 'right'>, workload: string, options: StartOptions): Trap => ({
  ...trap,
  broken: () => starts(workload, options),
  right: () => starts(workload, {}),
});

const agentTrap = (section: string, change: (config: SenderConfig) => void): Trap => fileTrap({
  name: `${section.replace('_', '-')}-in-an-agent`,
  rule: `An agent has no rules, no alerts and no remote read: ${section} in its configuration stops it.`,
  source: 'Prometheus docs, agent mode',
  how: `${section} in the configuration`,
  ours: 'not printed for agents',
}, SENDER, { files: text => editConfig(text, change) });

/** What cdk8s-plus makes of a port's name. */
async function plusService(): Promise<Seen> {
  const chart = new Chart(Testing.app(), 'chart');
  // What JavaScript lets one do, and TypeScript by a cast.
  new k8s.KubeService(chart, 'service', { spec: { ports: [{ port: 10902, targetPort: 'http' as unknown as k8s.IntOrString }] } });
  const [{ spec }] = Testing.synth(chart) as { spec: { ports: { targetPort?: unknown }[] } }[];
  const { targetPort } = spec.ports[0];
  return { text: `targetPort 'http' became ${targetPort === undefined ? 'nothing' : JSON.stringify(targetPort)}`, harm: targetPort !== 'http' };
}

async function ourServices(): Promise<Seen> {
  const ports = platformObjects().filter(({ kind }) => kind === 'Service').flatMap(({ spec }) => (spec as { ports: { targetPort?: unknown }[] }).ports);
  const named = ports.filter(({ targetPort }) => typeof targetPort === 'string').length;
  return { text: `${named} of ${ports.length} ports of our Services have a targetPort by name`, harm: named < ports.length };
}

const RECEIVE = 'Thanos 0.42.4, cmd/thanos/receive.go';
const HASHRING = 'Thanos 0.42.4, pkg/receive/hashring.go';

/** What stops a program from starting. */
export const STARTING: Family = {
  name: 'starting',
  traps: [
    flagTrap({ name: 'router-without-label', rule: 'Receive needs an external label in each mode, also as a router.', source: RECEIVE, ours: 'always printed' }, ROUTER, { label: undefined }),
    flagTrap({ name: 'ingestor-without-label', rule: 'Receive needs an external label in each mode.', source: RECEIVE, ours: 'always printed' }, INGESTOR, { label: undefined }),
    fileTrap({
      name: 'ring-without-members', rule: 'A ring file with an empty array is refused.', source: 'Thanos 0.42.4, pkg/receive/config.go', how: '[] as the ring file', ours: 'a ring has members',
    }, ROUTER, { files: (text, file) => file === 'hashrings.json' ? '[]' : text }),
    fileTrap({
      name: 'members-below-replication-factor', rule: 'Ketama refuses a ring of fewer members than copies.', source: `${HASHRING}, newKetamaHashring`,
      how: 'two of three members in the ring file at replication factor 3', ours: 'an error (ring-members-below-replication-factor)',
    }, ROUTER, { files: editRing(([ring]) => [{ ...ring, endpoints: ring.endpoints.slice(1) }]) }),
    fileTrap({
      name: 'zones-without-ketama', rule: 'Zones in the ring file need ketama.', source: `${HASHRING}, newSimpleHashring`,
      how: '--receive.hashrings-algorithm left out, and zones in the ring file', ours: 'ketama always',
    }, ROUTER, { flags: { 'receive.hashrings-algorithm': undefined }, files: editRing(([ring]) => [{ ...ring, endpoints: ring.endpoints.map((endpoint, index) => ({ ...endpoint, az: `z${index}` })) }]) }),
    fileTrap({
      name: 'strict-dns-endpoint', rule: 'A strict endpoint cannot be a name that is looked up.', source: 'Thanos docs, Query', how: 'strict: true for a dns+ endpoint', ours: 'not printed',
    }, QUERY, { files: () => 'endpoints: [{address: "dns+a.example:10901", strict: true}]' }),
    flagTrap({ name: 'removed-flag-of-receive', rule: 'Thanos 0.42 has given up --shipper.ignore-unequal-block-size.', source: 'Thanos, CHANGELOG of 0.42', ours: 'an error in extraArgs (flag-removed)' }, INGESTOR, { 'shipper.ignore-unequal-block-size': true }),
    flagTrap({ name: 'removed-flag-of-query', rule: 'Query has given up --rule.', source: 'Thanos, CHANGELOG of 0.37', ours: 'an error in extraArgs (flag-removed)' }, QUERY, { rule: 'a:10901' }),
    flagTrap({ name: 'unknown-flag', rule: 'A flag that a program does not know stops it.', source: 'kingpin', ours: 'each flag that we print is asked of the programs (npm run check:programs)' }, COMPACTOR, { 'no-such-flag': true }),
    agentTrap('rule_files', config => Object.assign(config, { rule_files: ['a.yaml'] })),
    agentTrap('alerting', config => Object.assign(config, { alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:1'] }] }] } })),
    agentTrap('remote_read', config => Object.assign(config, { remote_read: [{ url: 'http://127.0.0.1:1' }] })),
    fileTrap({
      name: 'min-shards-above-max-shards', rule: 'Prometheus refuses a queue whose min_shards exceed its max_shards.', source: 'Prometheus 3.14, config/config.go', how: 'min_shards: 9', ours: 'an error',
    }, SENDER, { files: text => editConfig(text, ({ remote_write: [{ queue_config: queue }] }) => { queue.min_shards = 9; }) }),
    {
      name: 'named-target-port-of-cdk8s-plus',
      rule: 'The KubeService of cdk8s-plus drops a targetPort that is a bare text, and the Service points at its own port.',
      source: 'cdk8s-plus-28 2.5, imports/k8s.ts',
      how: 'targetPort: \'http\' given to KubeService without IntOrString',
      ours: 'Services are made from typed manifests',
      broken: plusService,
      right: ourServices,
    },
  ],
};
