import type { Container, PodSpec, ServicePort } from 'kubernetes-types/core/v1';
import { stringify } from 'yaml';
import { EXAMPLE_NAMES, printed } from './load';
import { AlertRuleSet } from '../../src';
import { errorsOf, fixture, type Manifest } from '../fixture';

const WORKLOADS = ['StatefulSet', 'Deployment', 'DaemonSet', 'Job', 'CronJob'];

const ofKind = (objects: Manifest[], ...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));
const called = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
const templateOf = ({ kind, spec }: Manifest) => (kind === 'CronJob' ? spec.jobTemplate.spec.template : spec.template);
const podOf = (workload: Manifest): PodSpec => templateOf(workload).spec;
const podLabels = (workload: Manifest): Record<string, string> => templateOf(workload).metadata.labels;
const hasToken = (workload: Manifest): boolean => podOf(workload).automountServiceAccountToken
  || (podOf(workload).volumes ?? []).some(({ projected }) => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken));
/** The one that Kubernetes itself puts into every namespace. */
const ROOT_CA = 'kube-root-ca.crt';
const containers = (workload: Manifest): Container[] => [...(podOf(workload).initContainers ?? []), ...podOf(workload).containers];
const matches = (selector: Record<string, string>, labels: Record<string, string>) => Object.entries(selector).every(([key, value]) => labels[key] === value);
const sameNamespace = (a: Manifest, b: Manifest) => a.metadata.namespace === b.metadata.namespace;

describe.each(EXAMPLE_NAMES)('%s', example => {
  const objects = () => printed(example).objects;
  const workloads = () => ofKind(objects(), ...WORKLOADS);
  /** Pods at the least: of what is autoscaled, the autoscaler knows. */
  const fewest = ({ metadata: { name }, spec }: Manifest): number =>
    spec.replicas ?? ofKind(objects(), 'ScaledObject').find(scaled => scaled.spec.scaleTargetRef.name === name)!.spec.minReplicaCount;

  test('prints something', () => {
    expect(workloads().length).toBeGreaterThan(0);
  });

  test('every object is told apart by kind, namespace and name', () => {
    const names = objects().map(object => `${called(object)} ${object.metadata.namespace}`);
    expect(names).toEqual([...new Set(names)]);
  });

  test('every container is hardened', () => {
    const soft = workloads().flatMap(workload => containers(workload)
      .filter(({ securityContext: security }) => !(security?.readOnlyRootFilesystem && security.allowPrivilegeEscalation === false
        && security.capabilities?.drop?.includes('ALL') && !security.capabilities.add && !security.privileged))
      .map(({ name }) => `${called(workload)}/${name}`));
    expect(soft).toEqual([]);
  });

  test('every pod runs as a numeric user that is not root, without a token unless it calls the API', () => {
    for (const workload of workloads()) {
      const { securityContext, serviceAccountName } = podOf(workload);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(securityContext?.runAsUser).toBeGreaterThan(0);
      expect(securityContext?.fsGroup).toBeGreaterThan(0);
      const bindings = ofKind(objects(), 'RoleBinding', 'ClusterRoleBinding').filter(({ subjects }) =>
        subjects.some(({ name }: { name: string }) => name === serviceAccountName));
      expect([called(workload), hasToken(workload)]).toEqual([called(workload), bindings.length > 0]);
    }
  });

  test('every ServiceAccount exists and mounts no token by itself', () => {
    const accounts = ofKind(objects(), 'ServiceAccount');
    for (const workload of workloads()) {
      expect(accounts.map(({ metadata }) => metadata.name)).toContain(podOf(workload).serviceAccountName);
    }
    expect(accounts.filter(account => account.automountServiceAccountToken !== false)).toEqual([]);
  });

  test('every container states requests and a memory limit, and pins its image', () => {
    for (const workload of workloads()) {
      for (const { name, image, resources } of containers(workload)) {
        expect([called(workload), name, resources]).toEqual([called(workload), name, {
          requests: expect.objectContaining({ cpu: expect.any(String), memory: expect.any(String) }),
          limits: expect.objectContaining({ memory: expect.any(String) }),
        }]);
        expect(image).toMatch(/^[^/]+\.[^/]+\/.+(:v?\d[^:]*|@sha256:.+)$/);
      }
    }
  });

  test('every main container is probed', () => {
    for (const workload of ofKind(objects(), 'StatefulSet', 'Deployment')) {
      const [main] = podOf(workload).containers;
      expect([called(workload), Object.keys(main).filter(key => /Probe$/.test(key)).sort()]).toEqual(
        [called(workload), ['livenessProbe', 'readinessProbe', 'startupProbe']]);
    }
  });

  test('every port by name is declared', () => {
    for (const workload of workloads()) {
      const declared = containers(workload).flatMap(({ ports = [] }) => ports.map(({ name }) => name));
      const used = containers(workload).flatMap(container => [container.livenessProbe, container.readinessProbe, container.startupProbe])
        .flatMap(probe => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? []).filter(port => typeof port === 'string');
      expect(declared).toEqual(expect.arrayContaining(used));
    }
  });

  test('every selector matches its pods, and none has a version', () => {
    for (const workload of ofKind(objects(), 'StatefulSet', 'Deployment')) {
      const { matchLabels } = workload.spec.selector;
      expect(matches(matchLabels, podLabels(workload))).toBe(true);
      expect(matchLabels).not.toHaveProperty(['app.kubernetes.io/version']);
      const others = workloads().filter(other => other !== workload && sameNamespace(other, workload) && matches(matchLabels, podLabels(other)));
      expect(others.map(called)).toEqual([]);
    }
  });

  test('every Service finds pods, and each of its ports one of theirs', () => {
    for (const service of ofKind(objects(), 'Service')) {
      const behind = workloads().filter(workload => sameNamespace(workload, service) && matches(service.spec.selector, podLabels(workload)));
      expect([called(service), behind.length]).not.toEqual([called(service), 0]);
      for (const workload of behind) {
        const names = containers(workload).flatMap(({ ports = [] }) => ports.flatMap(({ name, containerPort }) => [name, containerPort]));
        expect(names).toEqual(expect.arrayContaining(service.spec.ports.map(({ targetPort }: ServicePort) => targetPort)));
      }
    }
  });

  test('every StatefulSet has a Service of the name that it states, headless where pods are addressed one by one', () => {
    for (const set of ofKind(objects(), 'StatefulSet')) {
      const service = ofKind(objects(), 'Service').find(({ metadata }) => metadata.name === set.spec.serviceName);
      // The one pod of the embedded bucket is found at an address that is there before the pod is.
      const single = set.metadata.labels['app.kubernetes.io/component'] === 'object-store';
      expect([called(set), service?.spec.clusterIP]).toEqual([called(set), single ? undefined : 'None']);
    }
  });

  test('every ConfigMap and claim that is mounted exists, and every mount has its volume', () => {
    const names = (kind: string) => ofKind(objects(), kind).map(({ metadata }) => metadata.name);
    for (const workload of workloads()) {
      const { volumes = [] } = podOf(workload);
      const sources = volumes.flatMap(({ configMap, projected }) => [configMap, ...projected?.sources?.map(source => source.configMap) ?? []]);
      const mounted = sources.flatMap(configMap => configMap?.name ?? []);
      expect([...names('ConfigMap'), ROOT_CA]).toEqual(expect.arrayContaining(mounted));
      const claims: string[] = (workload.spec.volumeClaimTemplates ?? []).map((claim: Manifest) => claim.metadata.name);
      const known = [...volumes.map(({ name }) => name), ...claims];
      expect(known).toEqual(expect.arrayContaining(containers(workload).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name))));
    }
  });

  test('every budget covers pods, and lets at least one go', () => {
    for (const budget of ofKind(objects(), 'PodDisruptionBudget')) {
      const covered = workloads().filter(workload => matches(budget.spec.selector.matchLabels, podLabels(workload)));
      const pods = covered.reduce((sum, workload) => sum + fewest(workload), 0);
      expect(pods).toBeGreaterThan(1);
      expect(budget.spec.maxUnavailable).toBeGreaterThan(0);
      expect(budget.spec.maxUnavailable).toBeLessThan(pods);
    }
  });

  test('whatever has more than one pod has a budget', () => {
    for (const workload of ofKind(objects(), 'StatefulSet', 'Deployment').filter(each => fewest(each) > 1)) {
      const budgets = ofKind(objects(), 'PodDisruptionBudget').filter(({ spec }) => matches(spec.selector.matchLabels, podLabels(workload)));
      expect([called(workload), budgets.length]).toEqual([called(workload), 1]);
    }
  });

  test('every pod is under exactly one policy that governs both directions', () => {
    for (const workload of workloads()) {
      const policies = ofKind(objects(), 'NetworkPolicy').filter(policy =>
        sameNamespace(policy, workload) && matches(policy.spec.podSelector.matchLabels, podLabels(workload)));
      expect([called(workload), policies.map(({ spec }) => spec.policyTypes)]).toEqual([called(workload), [['Ingress', 'Egress']]]);
    }
  });

  test('every address of a Service in arguments and files exists, and both ends\' policies let it through', () => {
    const address = /(?:_([a-z-]+)\._tcp\.|\b(?:[a-z0-9-]+\.)?)([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local(?::(\d+))?/g;
    // For people: it stands in messages.
    const links = /^--web\.external-url=/;
    const configs = new Map(ofKind(objects(), 'ConfigMap').map(map => [map.metadata.name, JSON.stringify(map.data)]));
    for (const workload of workloads()) {
      const mounted = (podOf(workload).volumes ?? []).flatMap(({ configMap }) => configs.get(configMap?.name ?? '') ?? []);
      const given = containers(workload).flatMap(({ args = [], env = [] }) => [...args.filter(arg => !links.test(arg)), ...env.map(({ value }) => value)]);
      const text = [...given, ...mounted].join('\n');
      for (const [, portName, name, namespace, port] of text.matchAll(address)) {
        const service = ofKind(objects(), 'Service').find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
        expect([called(workload), name, service === undefined]).toEqual([called(workload), name, false]);
        const named = service!.spec.ports.find((entry: ServicePort) => entry.name === portName);
        const number = Number(port ?? (portName ? named : service!.spec.ports[0]).port);
        expect(service!.spec.ports.map((entry: ServicePort) => entry.port)).toContain(number);
        const target = workloads().find(other => matches(service!.spec.selector, podLabels(other)))!;
        expect([called(workload), called(target), number, passes(objects(), workload, target, number)])
          .toEqual([called(workload), called(target), number, true]);
      }
    }
  });

  test('every run of a job ends, none overlaps, and none is done again for ever', () => {
    for (const workload of ofKind(objects(), 'Job', 'CronJob')) {
      const { jobTemplate, ...schedule } = workload.spec;
      const { activeDeadlineSeconds, backoffLimit, template } = jobTemplate?.spec ?? workload.spec;
      expect([called(workload), activeDeadlineSeconds, backoffLimit, template.spec.restartPolicy]).toEqual([called(workload), expect.any(Number), expect.any(Number), 'Never']);
      if (jobTemplate) {
        expect([called(workload), schedule]).toEqual([called(workload), expect.objectContaining({ concurrencyPolicy: 'Forbid', startingDeadlineSeconds: expect.any(Number) })]);
      }
    }
  });

  test('every ConfigMap with rules is looked for by exactly one evaluator, which may see it', () => {
    const loaders = ofKind(objects(), 'ConfigMap').filter(({ data }) => /"labelSelector"/.test(data?.['config.json'] ?? ''))
      .map(({ data }) => JSON.parse(data['config.json']) as { labelSelector: string; namespaces: string[] });
    const rules = ofKind(objects(), 'ConfigMap').filter(({ metadata }) => metadata.labels?.['thanos.io/rules']);
    for (const map of rules) {
      const finders = loaders.filter(({ labelSelector, namespaces }) =>
        matches(Object.fromEntries(labelSelector.split(',').map(pair => pair.split('='))), map.metadata.labels) && namespaces.includes(map.metadata.namespace!));
      expect([called(map), finders.length]).toEqual([called(map), 1]);
    }
    expect(rules.length > 0).toBe(loaders.length > 0);
  });

  test('every rule that is printed can be read', () => {
    const maps = ofKind(objects(), 'ConfigMap').filter(({ metadata }) => metadata.labels?.['thanos.io/rules'] || metadata.name.endsWith('-rules'));
    const rules = [...ofKind(objects(), 'PrometheusRule').map(rule => stringify(rule)), ...maps.flatMap(({ data }) => Object.values<string>(data))];
    const { app, chart } = fixture();
    rules.forEach((text, index) => AlertRuleSet.fromYaml(chart, `set-${index}`, text));
    expect(errorsOf(app)).toEqual([]);
    expect(rules.length > 0).toBe(workloads().some(({ metadata }) => metadata.labels!['app.kubernetes.io/component'] === 'rule'));
  });

  test('no object is of the kind that holds secrets', () => {
    expect(ofKind(objects(), 'Secret')).toEqual([]);
  });

  test('no role allows everything', () => {
    const rules = ofKind(objects(), 'Role', 'ClusterRole').flatMap(({ rules: own }) => own);
    for (const rule of rules) {
      expect([...(rule.verbs ?? []), ...(rule.resources ?? []), ...(rule.apiGroups ?? [])]).not.toContain('*');
      expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(rule.verbs));
    }
  });
});

interface PolicyRule { ports?: { port: number; endPort?: number }[]; from?: PolicyPeer[]; to?: PolicyPeer[] }
interface PolicyPeer { podSelector?: { matchLabels?: Record<string, string> }; namespaceSelector?: object; ipBlock?: object }

/** Whether the policies of both ends let a connection through, between pods of one namespace. */
function passes(objects: Manifest[], from: Manifest, to: Manifest, port: number): boolean {
  const policy = (workload: Manifest) => ofKind(objects, 'NetworkPolicy').find(({ spec }) => matches(spec.podSelector.matchLabels, podLabels(workload)));
  const open = (rule: PolicyRule, peers: PolicyPeer[] | undefined, other: Manifest) =>
    (rule.ports === undefined || rule.ports.some(entry => port >= entry.port && port <= (entry.endPort ?? entry.port)))
    && (peers ?? []).some(({ podSelector }) => podSelector && matches(podSelector.matchLabels ?? {}, podLabels(other)));
  return policy(from)?.spec.egress.some((rule: PolicyRule) => open(rule, rule.to, to))
    && policy(to)?.spec.ingress.some((rule: PolicyRule) => open(rule, rule.from, from));
}
