import { spawnSync } from 'node:child_process';
import type { V1Namespace, V1Pod } from '@kubernetes/client-node';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { Case, CONFORMANCE, FURTHER, PODS, Probe } from './network-policies/cases';
import type { ClusterObjects } from './network-policies/objects';
import { Connection, SERVICE, TestNetwork } from './network-policies/packets';
import { ruleset } from './network-policies/ruleset';

const ADDRESSES: Record<string, string> = { n1: '10.88.1.1', n2: '10.88.1.2', ...PODS.n1, ...PODS.n2 };
const SERVICE_POD = 'x/a';

function pod(path: string, node: string, more: Partial<V1Pod['spec']> = {}, status: V1Pod['status'] = { podIP: ADDRESSES[path], phase: 'Running' }): V1Pod {
  const [namespace, name] = path.split('/');
  const ports = [
    { name: 'serve-80-tcp', containerPort: 80, protocol: 'TCP' },
    { name: 'serve-81-tcp', containerPort: 81, protocol: 'TCP' },
    { name: 'web', containerPort: path === 'z/c' ? 81 : 80 },
  ];
  return { metadata: { namespace, name, labels: { pod: name } }, spec: { nodeName: node, containers: [{ name: 'c', ports }], ...more }, status };
}

function cluster(policies: NetworkPolicySpec[], labels: Case['labels'] = {}, pods: V1Pod[] = []): ClusterObjects {
  const all = Object.entries(PODS).flatMap(([node, own]) => Object.keys(own).map(path => pod(path, node)));
  const namespaces: V1Namespace[] = ['x', 'y', 'z'].map(name =>
    ({ metadata: { name, labels: { 'ns': name, 'kubernetes.io/metadata.name': name, ...labels[name] } } }));
  return {
    namespaces,
    pods: [...all.map(found => ({
      ...found,
      metadata: { ...found.metadata, labels: { ...found.metadata?.labels, ...labels[`${found.metadata?.namespace}/${found.metadata?.name}`] } },
    })), ...pods],
    policies: policies.map((spec, index) => ({ metadata: { namespace: 'x', name: `policy-${index}` }, spec })),
  };
}

// Pods that must change nothing: without an address, ended with one that another pod has now, and on the host's network.
const STRANGERS = [
  pod('x/pending', 'n1', {}, { phase: 'Pending' }),
  pod('x/ended', 'n1', {}, { podIP: ADDRESSES['z/a'], phase: 'Succeeded' }),
  pod('x/failed', 'n2', {}, { podIP: ADDRESSES['z/b'], phase: 'Failed' }),
  pod('x/host', 'n2', { hostNetwork: true }, { podIP: ADDRESSES.n2, phase: 'Running' }),
];

const DENY: NetworkPolicySpec = { podSelector: {}, policyTypes: ['Ingress'] };

/** A policy whose name has the 253 characters that Kubernetes allows. */
const LONG_NAMES: ClusterObjects = { ...cluster([]), policies: [{ metadata: { namespace: 'x', name: 'n'.repeat(253) }, spec: DENY }] };

describe('the text of a ruleset', () => {
  const spec: NetworkPolicySpec = {
    podSelector: { matchLabels: { pod: 'a' } },
    ingress: [{
      from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, { ipBlock: { cidr: 'fd00::/8' } }],
      ports: [{ port: 80 }, { port: 90, endPort: 99 }, { protocol: 'SCTP', port: 'web' }, { port: 'web' }, { protocol: 'UDP' }],
    }],
  };

  test('one policy', () => {
    expect(ruleset(cluster([spec]), 'n1')).toBe(`table inet rig_policies {
  set set-06076e41becf3c4e7272a6bf {
    type ipv4_addr . inet_service
    elements = { 10.244.1.2 . 80 }
  }
  set set-50b6dcfd6be5443c43f2fa40 {
    type ipv4_addr
    elements = { 10.244.1.2, 10.244.1.3, 10.244.2.2 }
  }
  chain pods-Egress {
    type filter hook forward priority filter; policy accept;
    ct direction reply accept
    ct state related accept
  }
  chain policy-Ingress/x/policy-0 {
    ip saddr @set-50b6dcfd6be5443c43f2fa40 tcp dport 80 accept
    ip saddr @set-50b6dcfd6be5443c43f2fa40 tcp dport 90-99 accept
    ip saddr @set-50b6dcfd6be5443c43f2fa40 ip daddr . tcp dport @set-06076e41becf3c4e7272a6bf accept
    ip saddr @set-50b6dcfd6be5443c43f2fa40 meta l4proto udp accept
    ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 tcp dport 80 accept
    ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 tcp dport 90-99 accept
    ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 ip daddr . tcp dport @set-06076e41becf3c4e7272a6bf accept
    ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 meta l4proto udp accept
  }
  counter Ingress/x/a {
  }
  chain Ingress/x/a {
    jump policy-Ingress/x/policy-0
    counter name "Ingress/x/a" drop
  }
  chain pods-Ingress {
    type filter hook forward priority filter + 1; policy accept;
    ct direction reply accept
    ct state related accept
    ip saddr . ip daddr { 10.244.1.2 . 10.244.1.2 } accept
    ip daddr vmap { 10.244.1.2 : jump Ingress/x/a }
  }
}
`);
  });

  test('nothing of a node without isolated pods but the hooks', () => {
    expect(ruleset(cluster([spec]), 'n2')).toBe(ruleset(cluster([]), 'n1'));
  });

  test('the order of objects changes nothing', () => {
    const { namespaces, pods, policies } = cluster([spec, DENY, { podSelector: {}, egress: [{ to: [{ namespaceSelector: {} }] }] }]);
    const reversed = { namespaces: [...namespaces].reverse(), pods: [...pods].reverse(), policies: [...policies].reverse() };
    expect(ruleset(reversed, 'n1')).toBe(ruleset({ namespaces, pods, policies }, 'n1'));
  });

  test('the IPv4 address of a pod that has two', () => {
    const dual = pod('x/d', 'n1', {}, { podIP: 'fd00::7', podIPs: [{ ip: 'fd00::7' }, { ip: '10.244.1.7' }] });
    expect(ruleset(cluster([DENY], {}, [dual]), 'n1')).toContain('10.244.1.7 : jump Ingress/x/d');
  });

  test('the named port of a sidecar, and none of an init container that ends', () => {
    const container = (name: string, containerPort: number) => ({ name, ports: [{ name: 'metrics', containerPort }] });
    const initContainers = [{ ...container('sidecar', 9090), restartPolicy: 'Always' }, container('init', 9091)];
    const both = pod('x/s', 'n1', { initContainers, containers: [] }, { podIP: '10.244.1.8' });
    const text = ruleset(cluster([{ ...DENY, ingress: [{ ports: [{ port: 'metrics' }] }] }], {}, [both]), 'n1');
    expect(text).toContain('type ipv4_addr . inet_service\n    elements = { 10.244.1.8 . 9090 }');
    expect(text.match(/ set /g)).toHaveLength(1);
  });

  test('names differ, however long', () => {
    const policies = ['m', 'n'].map(last => ({ metadata: { namespace: 'x', name: 'n'.repeat(252) + last }, spec: { ...DENY, ingress: [{}] } }));
    const names = [...ruleset({ ...cluster([]), policies }, 'n1').matchAll(/^ {2}chain (\S+)/gm)].map(([, name]) => name);
    expect(names).toHaveLength(2 + 2 + 2);
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map(name => name.length))).toBeLessThan(256);
  });

  test('fails on an operator that Kubernetes does not know', () => {
    const policy = { podSelector: { matchExpressions: [{ key: 'pod', operator: 'Like' }] } };
    expect(() => ruleset(cluster([policy]), 'n1'))
      .toThrow("The operator of a label selector is 'Like'; Kubernetes knows In, NotIn, Exists and DoesNotExist.");
  });
});

const canUseNetworks = process.getuid?.() === 0 && spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset']).status === 0;
const describeOnPackets = canUseNetworks ? describe : describe.skip;

describeOnPackets('on packets between network namespaces (skipped unless root, with nft)', () => {
  jest.setTimeout(60_000);
  const network = new TestNetwork(PODS);
  beforeAll(() => network.start(ADDRESSES[SERVICE_POD]));
  afterEach(() => network.close());
  afterAll(() => network.remove());

  const ends = Object.keys(ADDRESSES);
  const nodeOf = (end: string) => end in PODS.n1 || end === 'n1' ? 'n1' : 'n2';
  const probes: (Probe & { readonly connection: Connection })[] = ends.flatMap(from => ends.filter(to => to !== from && (from + to).includes('/'))
    .flatMap(to => ['TCP 80', 'TCP 81', 'UDP 80'].map(at => {
      const [protocol, port] = at.split(' ');
      return { from, to, at, connection: { from, address: ADDRESSES[to], protocol, port: Number(port) } };
    })));
  // Through a Service, what counts is the pod behind it and its port.
  probes.push(...ends.filter(from => from.includes('/')).map(from =>
    ({ from, to: SERVICE_POD, at: 'TCP 81', connection: { from, address: SERVICE, protocol: 'TCP', port: 80 } })));
  // Nothing can forbid a pod to reach itself, or its node, or its node to reach it.
  const free = ({ from, to }: Probe) => from === to || nodeOf(from) === to || from === nodeOf(to);

  test.each([...CONFORMANCE, ...FURTHER])('$says', async ({ policies, labels, denied }) => {
    network.enforce(cluster(policies, labels, STRANGERS));
    const expected = probes.map(probe => free(probe) || !denied(probe));
    const { answered, dropped } = await network.connect(probes.map(({ connection }) => connection), index => expected[index]);
    const differ = probes.filter((_, index) => answered.has(index) !== expected[index]);
    expect(differ.map(({ from, to, at }) => `${from} to ${to} at ${at}`)).toEqual([]);
    expect(dropped).toBeGreaterThanOrEqual(expected.filter(allowed => !allowed).length);
  });

  const connection = [{ from: 'x/b', address: ADDRESSES['x/a'], protocol: 'TCP', port: 80 }];

  test('a connection ends with the policy that allowed it', async () => {
    network.enforce(cluster([]));
    expect((await network.connect(connection, () => true)).answered).toEqual(new Set([0]));
    network.enforce(cluster([DENY]));
    expect((await network.connect(connection, () => false)).answered).toEqual(new Set());
  });

  test('what was dropped stays counted while the pod stays isolated', async () => {
    network.enforce(cluster([DENY]));
    await network.connect(connection, () => false);
    const before = network.dropped;
    expect(before).toBeGreaterThan(0);
    network.enforce(cluster([DENY, { ...DENY, ingress: [{}] }]));
    expect(network.dropped).toBeGreaterThanOrEqual(before);
    network.enforce(cluster([]));
    expect(network.dropped).toBe(0);
  });

  test('nft takes the longest names, and pods that seem to share an address', async () => {
    network.enforce({ ...LONG_NAMES, pods: [...LONG_NAMES.pods, pod('x/copy', 'n1', {}, { podIP: ADDRESSES['x/a'], phase: 'Running' })] });
    expect((await network.connect(connection, () => false)).answered).toEqual(new Set());
  });
});
