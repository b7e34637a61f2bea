import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';

/** One direction between two ends, and the protocol and port that it asks for. */
export interface Probe {
  /** A pod's path (`x/a`), or a node (`n1`). */
  readonly from: string;
  readonly to: string;
  /** `TCP 80`. */
  readonly at: string;
}

/** What must be dropped under some policies, of all that every pod and node tries with every other. */
export interface Case {
  readonly says: string;
  /** Specs, each in the namespace x. */
  readonly policies: NetworkPolicySpec[];
  readonly denied: (probe: Probe) => boolean;
  /** Labels that a pod or a namespace has besides those it always has, by path or name. */
  readonly labels?: Readonly<Record<string, Record<string, string>>>;
}

/** Addresses of the pods, by node: three pods in three namespaces, so that both nodes have pods of each namespace. */
export const PODS = {
  n1: { 'x/a': '10.244.1.2', 'x/b': '10.244.1.3', 'y/a': '10.244.1.4', 'y/b': '10.244.1.5', 'z/a': '10.244.1.6' },
  n2: { 'x/c': '10.244.2.2', 'y/c': '10.244.2.3', 'z/b': '10.244.2.4', 'z/c': '10.244.2.5' },
} as const;

const POD_A = { matchLabels: { pod: 'a' } };
const POD_B = { matchLabels: { pod: 'b' } };
const NAMESPACE_Y = { matchLabels: { ns: 'y' } };
const NOT_X: LabelSelector = { matchExpressions: [{ key: 'ns', operator: 'NotIn', values: ['x'] }] };
const B_OR_C: LabelSelector = { matchExpressions: [{ key: 'pod', operator: 'In', values: ['b', 'c'] }] };

const toA = (from: NonNullable<NetworkPolicySpec['ingress']>[number]['from'], ports?: object[]): NetworkPolicySpec =>
  ({ podSelector: POD_A, ingress: [{ from, ports }] });
const fromA = (to: NonNullable<NetworkPolicySpec['egress']>[number]['to'], ports?: object[]): NetworkPolicySpec =>
  ({ podSelector: POD_A, policyTypes: ['Egress'], egress: [{ to, ports }] });
const DENY_INGRESS: NetworkPolicySpec = { podSelector: {} };
const DENY_EGRESS: NetworkPolicySpec = { podSelector: {}, policyTypes: ['Egress'] };

const NOBODY = /^$/;
const inX = (end: string) => end.startsWith('x/');
/** To the pod x/a, but from those whose path matches. */
const toAExcept = (allowed: RegExp, at: RegExp = /./) => (probe: Probe) => probe.to === 'x/a' && !(allowed.test(probe.from) && at.test(probe.at));
/** From the pod x/a, but to those whose path matches. */
const fromAExcept = (allowed: RegExp, at: RegExp = /./) => (probe: Probe) => probe.from === 'x/a' && !(allowed.test(probe.to) && at.test(probe.at));

/** The cases of Kubernetes' own test suite for plugins (test/e2e/network/netpol, 1.34), by its titles. */
export const CONFORMANCE: Case[] = [
  { says: 'no policy', policies: [], denied: () => false },
  { says: "a 'default-deny-ingress' policy", policies: [DENY_INGRESS], denied: ({ to }) => inX(to) },
  {
    says: "a 'default-deny-all' policy",
    policies: [{ podSelector: {}, policyTypes: ['Egress', 'Ingress'] }],
    denied: ({ from, to }) => inX(to) || inX(from),
  },
  { says: 'from pods within the server namespace by PodSelector', policies: [toA([{ podSelector: {} }])], denied: toAExcept(/^x/) },
  {
    says: 'ingress for a target',
    policies: [DENY_INGRESS, toA([{ podSelector: POD_B }])],
    denied: ({ from, to }) => inX(to) && !(to === 'x/a' && from === 'x/b'),
  },
  { says: 'from pods in all namespaces', policies: [toA([{ namespaceSelector: {} }])], denied: toAExcept(/\//) },
  { says: 'only from a different namespace', policies: [toA([{ namespaceSelector: NAMESPACE_Y }])], denied: toAExcept(/^y/) },
  { says: 'PodSelector with MatchExpressions', policies: [toA([{ podSelector: B_OR_C }])], denied: toAExcept(/^x\/[bc]/) },
  { says: 'NamespaceSelector with MatchExpressions', policies: [toA([{ namespaceSelector: NOT_X }])], denied: toAExcept(/^[yz]/) },
  {
    says: 'PodSelector or NamespaceSelector',
    policies: [toA([{ namespaceSelector: NOT_X }, { podSelector: POD_B }])],
    denied: toAExcept(/^[yz]|^x\/b/),
  },
  {
    says: 'PodSelector and NamespaceSelector',
    policies: [toA([{ namespaceSelector: NOT_X, podSelector: POD_B }])],
    denied: toAExcept(/^[yz]\/b/),
  },
  {
    says: 'multiple PodSelectors and NamespaceSelectors',
    policies: [toA([{ namespaceSelector: NOT_X, podSelector: B_OR_C }])],
    denied: toAExcept(/^[yz]\/[bc]/),
  },
  {
    says: 'any PodSelectors',
    policies: [toA([{ podSelector: POD_B }, { podSelector: { matchLabels: { pod: 'c' } } }])],
    denied: toAExcept(/^x\/[bc]/),
  },
  {
    says: 'only from a pod in a different namespace by PodSelector and NamespaceSelector',
    policies: [toA([{ namespaceSelector: NAMESPACE_Y, podSelector: POD_A }])],
    denied: toAExcept(/^y\/a/),
  },
  { says: 'Ports', policies: [toA([{ namespaceSelector: NAMESPACE_Y }], [{ port: 81 }])], denied: toAExcept(/^y/, /TCP 81/) },
  {
    says: 'stacked policies with overlapping podSelectors',
    policies: [toA([{ namespaceSelector: NAMESPACE_Y }], [{ port: 81 }]), toA([{ namespaceSelector: NAMESPACE_Y }], [{ port: 80 }])],
    denied: toAExcept(/^y/, /TCP/),
  },
  { says: 'an allow-all policy', policies: [{ podSelector: {}, ingress: [{}] }], denied: () => false },
  {
    says: 'ingress on one named port',
    policies: [{ podSelector: {}, ingress: [{ ports: [{ port: 'serve-81-tcp' }] }] }],
    denied: ({ to, at }) => inX(to) && at !== 'TCP 81',
  },
  {
    says: 'ingress from a namespace on one named port',
    policies: [toA([{ namespaceSelector: NAMESPACE_Y }], [{ port: 'serve-80-tcp' }])],
    denied: toAExcept(/^y/, /TCP 80/),
  },
  {
    says: 'egress on one named port, which no node has',
    policies: [fromA(undefined, [{ port: 'serve-80-tcp' }])],
    denied: fromAExcept(/\//, /TCP 80/),
  },
  {
    says: 'ingress from an updated namespace',
    policies: [toA([{ namespaceSelector: { matchLabels: { ns2: 'updated' } } }])],
    labels: { y: { ns2: 'updated' } },
    denied: toAExcept(/^y/),
  },
  {
    says: 'ingress from an updated pod',
    policies: [toA([{ podSelector: { matchLabels: { pod2: 'updated' } } }])],
    labels: { 'x/b': { pod2: 'updated' }, 'y/b': { pod2: 'updated' } },
    denied: toAExcept(/^x\/b/),
  },
  {
    says: 'no ingress from pods on other namespaces',
    policies: [{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }],
    denied: ({ from, to }) => inX(to) && !inX(from),
  },
  {
    says: 'no ingress to an updated pod',
    policies: [{ podSelector: { matchLabels: { target: 'isolated' } } }],
    labels: { 'x/a': { target: 'isolated' } },
    denied: ({ to }) => to === 'x/a',
  },
  { says: 'no egress from pods by PodSelector', policies: [{ podSelector: POD_A, policyTypes: ['Egress'] }], denied: ({ from }) => from === 'x/a' },
  { says: 'no egress from all pods in a namespace', policies: [DENY_EGRESS], denied: ({ from }) => inX(from) },
  {
    says: 'Ingress, Egress specified together',
    policies: [{ podSelector: POD_A, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: POD_B }] }], egress: [{ ports: [{ port: 80 }] }] }],
    denied: ({ from, to, at }) => (to === 'x/a' && from !== 'x/b') || (from === 'x/a' && at !== 'TCP 80'),
  },
  {
    says: 'denied egress on the client side even if the server explicitly allows this traffic',
    policies: [toA([{ podSelector: POD_B }]), { podSelector: POD_B, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: NAMESPACE_Y }] }] }],
    denied: ({ from, to }) => (to === 'x/a' && from !== 'x/b') || (from === 'x/b' && !to.startsWith('y/')),
  },
  {
    says: 'egress to a server in a different namespace by PodSelector and NamespaceSelector',
    policies: [fromA([{ namespaceSelector: NAMESPACE_Y, podSelector: POD_A }])],
    denied: fromAExcept(/^y\/a/),
  },
  {
    says: 'any port on a specific protocol',
    policies: [toA(undefined, [{ protocol: 'UDP' }])],
    denied: toAExcept(/./, /UDP/),
  },
  {
    says: 'ingress allow-all taking precedence',
    policies: [toA([{ podSelector: POD_B }]), { podSelector: {}, ingress: [{}] }],
    denied: () => false,
  },
  {
    says: 'egress allow-all taking precedence',
    policies: [fromA([{ podSelector: POD_B }]), { podSelector: {}, policyTypes: ['Egress'], egress: [{}] }],
    denied: () => false,
  },
  { says: 'egress to a server in a CIDR block', policies: [fromA([{ ipBlock: { cidr: '10.244.2.3/32' } }])], denied: fromAExcept(/^y\/c/) },
  {
    says: 'the except clause of a CIDR block, in egress',
    policies: [fromA([{ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.1.3/32', '10.244.2.2/31'] } }])],
    denied: fromAExcept(/^(x\/a|y\/a|y\/b|z)/),
  },
  {
    says: 'an IP that overlaps both IPBlock.CIDR and IPBlock.Except is allowed',
    policies: [fromA([{ ipBlock: { cidr: '10.244.0.0/16', except: ['10.244.1.3/32'] } }]), fromA([{ ipBlock: { cidr: '10.244.1.3/32' } }])],
    denied: fromAExcept(/\//),
  },
  {
    says: 'ingress and egress controlled independently by PodSelector',
    policies: [fromA([{ podSelector: POD_B }]), { podSelector: POD_A }],
    denied: ({ from, to }) => to === 'x/a' || (from === 'x/a' && to !== 'x/b'),
  },
  {
    says: "'protocol: SCTP' is not taken as 'protocol: TCP'",
    policies: [DENY_INGRESS, toA(undefined, [{ protocol: 'SCTP', port: 81 }])],
    denied: ({ to }) => inX(to),
  },
  { says: 'a policy that allows SCTP isolates', policies: [toA(undefined, [{ protocol: 'SCTP', port: 80 }])], denied: ({ to }) => to === 'x/a' },
  { says: 'no TCP when a policy specifies only UDP', policies: [toA(undefined, [{ protocol: 'UDP', port: 80 }])], denied: toAExcept(/./, /UDP 80/) },
  {
    says: 'NamespaceSelector with MatchLabels using the default ns label',
    policies: [toA([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }])],
    denied: toAExcept(/^y/),
  },
  {
    says: 'NamespaceSelector with MatchExpressions using the default ns label',
    policies: [fromA([{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['y'] }] } }])],
    denied: fromAExcept(/^[xz]/),
  },
];

/** What the suite leaves out. */
export const FURTHER: Case[] = [
  {
    says: 'Egress by default where there are egress rules',
    policies: [{ podSelector: POD_A, egress: [{ to: [{ podSelector: POD_B }] }] }],
    denied: probe => probe.to === 'x/a' || fromAExcept(/^x\/b/)(probe),
  },
  {
    says: 'empty lists are as missing ones',
    policies: [{ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [], ports: [] }], egress: [{ to: [], ports: [] }] }],
    denied: () => false,
  },
  { says: 'a peer that nobody is lets nobody in', policies: [toA([{ podSelector: { matchLabels: { pod: 'none' } } }])], denied: toAExcept(NOBODY) },
  { says: 'a named port that no pod has opens nothing', policies: [toA(undefined, [{ port: 'none' }])], denied: toAExcept(NOBODY) },
  {
    says: 'a named port of another protocol opens nothing',
    policies: [toA(undefined, [{ port: 'serve-80-tcp', protocol: 'UDP' }])],
    denied: toAExcept(NOBODY),
  },
  {
    says: 'a named port that has another number in one pod',
    policies: [fromA([{ namespaceSelector: {} }], [{ port: 'web' }])],
    denied: ({ from, to, at }) => from === 'x/a' && !(to.includes('/') && at === (to === 'z/c' ? 'TCP 81' : 'TCP 80')),
  },
  { says: 'endPort', policies: [toA(undefined, [{ port: 1, endPort: 80 }])], denied: toAExcept(/./, /TCP 80/) },
  { says: 'overlapping ports', policies: [toA(undefined, [{ port: 80, endPort: 90 }, { port: 81 }, { port: 81 }])], denied: toAExcept(/./, /TCP/) },
  { says: 'a node by its address', policies: [toA([{ ipBlock: { cidr: '10.88.1.2/32' } }])], denied: toAExcept(/^n2/) },
  {
    says: 'a CIDR block of everything, and one whose address has host bits',
    policies: [toA([{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.1.9/24'] } }])],
    denied: toAExcept(/^(x\/c|y\/c|z\/[bc]|n)/),
  },
  {
    says: 'Exists',
    policies: [toA([{ podSelector: { matchExpressions: [{ key: 'role', operator: 'Exists' }] } }])],
    labels: { 'x/c': { role: '' } },
    denied: toAExcept(/^x\/c/),
  },
  {
    says: 'DoesNotExist',
    policies: [toA([{ podSelector: { matchExpressions: [{ key: 'role', operator: 'DoesNotExist' }] } }])],
    labels: { 'x/c': { role: '' } },
    denied: toAExcept(/^x\/[ab]/),
  },
  {
    says: 'NotIn, which takes those without the label',
    policies: [toA([{ podSelector: { matchExpressions: [{ key: 'role', operator: 'NotIn', values: ['db'] }] } }])],
    labels: { 'x/b': { role: 'db' } },
    denied: toAExcept(/^x\/c/),
  },
  {
    says: 'labels and expressions together',
    policies: [toA([{ podSelector: { ...POD_B, matchExpressions: [{ key: 'role', operator: 'NotIn', values: ['db'] }] } }])],
    labels: { 'x/b': { role: 'db' } },
    denied: toAExcept(NOBODY),
  },
];
