import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { Severity } from '../../src/core/findings';
import { Workload } from '../../src/plan';
import { MonitoringStack } from '../../src/stack';
import { errorsOf, Manifest, manifests } from '../fixture';

/** Everything that may be switched on. */
const ALL = { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), alertmanager: {}, ruler: {}, metaMonitoring: {}, pushgateway: {}, continuousTest: {} };

type Labels = Record<string, string>;

interface Platforms {
  readonly app: App;
  readonly stacks: MonitoringStack[];
  /** Of each platform. */
  readonly objects: Manifest[][];
}

/** Platforms of these names in one namespace. */
function platforms(names: readonly string[], charts: 'one chart' | 'charts of their own'): Platforms {
  const app = new App();
  const chartOf = (id: string) => new Chart(app, id, { namespace: 'monitoring', disableResourceNameHashes: true });
  const shared = charts === 'one chart' ? chartOf('monitoring') : undefined;
  const stacks = names.map((name, index) => {
    const stack = new MonitoringStack(shared ?? chartOf(`monitoring-${index}`), `stack-${index}`, { ...ALL, name });
    stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0', schedule: '0 2 * * *' });
    return stack;
  });
  const all = shared ? manifests(shared) : app.charts.flatMap(manifests);
  const longest = (name: string) => [...names].sort((one, other) => other.length - one.length).find(each => name === each || name.startsWith(`${each}-`) || name.startsWith(`monitoring-${each}-`));
  return { app, stacks, objects: names.map(name => all.filter(({ metadata }) => longest(metadata.name) === name)) };
}

/** Labels of the pods of some objects. */
const podsOf = (objects: Manifest[]): Labels[] => objects.flatMap(({ kind, spec }) => {
  const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : ['StatefulSet', 'Deployment', 'Job'].includes(kind) ? spec.template : undefined;
  return template ? [template.metadata.labels as Labels] : [];
});

/** All selectors of labels that stand anywhere in an object. */
function selectorsOf(value: unknown): Labels[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const labels = (inner as { matchLabels?: Labels } | undefined)?.matchLabels;
    return [...(/[sS]elector$/.test(key) && key !== 'namespaceSelector' && labels ? [labels] : []), ...selectorsOf(inner)];
  });
}

const matches = (selector: Labels, labels: Labels): boolean => Object.entries(selector).every(([label, value]) => labels[label] === value);

/** What Prometheus would do with a pod's port at the first step of the job that scrapes the platform. */
function scraped(config: string, pods: Labels[]): Labels[] {
  const { scrape_configs: jobs } = parse(config) as { scrape_configs: { job_name: string; relabel_configs: { regex: string; action: string }[] }[] };
  const [{ action, regex }] = jobs.find(job => job.job_name === 'platform')!.relabel_configs;
  expect(action).toBe('keep');
  const ports = [...new Set([...regex.matchAll(/;([\w-]+)(?=\||$)/g)].map(([, port]) => port))];
  return pods.filter(pod => ports.some(port => new RegExp(`^(?:${regex})$`).test(`${pod['app.kubernetes.io/instance']};${pod['app.kubernetes.io/component']};${port}`)));
}

const NAMES = ['platform', 'platform-eu', 'eu-platform'];

describe.each(['one chart', 'charts of their own'] as const)('platforms in one namespace, in %s', charts => {
  const made = platforms(NAMES, charts);
  const others = (index: number) => made.objects.filter((_, other) => other !== index).flat();

  test('are there without errors', () => {
    expect(errorsOf(made.app)).toEqual([]);
    expect(made.objects.map(objects => podsOf(objects).length)).toEqual(Array(3).fill(podsOf(made.objects[0]).length));
  });

  test('select only their own pods: Services, StatefulSets, policies, budgets and spread', () => {
    made.objects.forEach((objects, index) => {
      const services = objects.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.selector as Labels);
      const selectors = [...services, ...objects.flatMap(selectorsOf)].filter(selector => !('k8s-app' in selector));
      expect(selectors.length).toBeGreaterThan(50);
      expect(podsOf(others(index)).filter(pod => selectors.some(selector => matches(selector, pod)))).toEqual([]);
    });
  });

  test('load only their own rules', () => {
    made.objects.forEach((objects, index) => {
      const loader = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `${NAMES[index]}-ruler-rule-loader`)!;
      const selector = Object.fromEntries((JSON.parse(loader.data['config.json']) as { labelSelector: string }).labelSelector.split(',').map(pair => pair.split('=')));
      const loaded = (from: Manifest[]) => from.filter(({ kind, metadata }) => kind === 'ConfigMap' && matches(selector, metadata.labels));
      expect(loaded(objects).length).toBeGreaterThan(0);
      expect(loaded(others(index)).map(({ metadata }) => metadata.name)).toEqual([]);
    });
  });

  test('scrape only their own programs, senders and meta-monitoring alike', () => {
    made.objects.forEach((objects, index) => {
      const configs = objects.filter(({ kind, data }) => kind === 'ConfigMap' && data['prometheus.yaml']).map(({ data }) => data['prometheus.yaml'] as string);
      expect(configs).toHaveLength(4);
      for (const config of configs) {
        expect(scraped(config, podsOf(objects)).length).toBeGreaterThan(10);
        expect(scraped(config, podsOf(others(index)))).toEqual([]);
      }
    });
  });

  test('share no name with the cluster, and no mesh of Alertmanagers', () => {
    const names = made.objects.flat().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    const meshes = made.objects.flat().flatMap(object => [...JSON.stringify(object).matchAll(/--cluster\.label=[^"]+/g)].map(([flag]) => flag));
    expect(new Set(meshes).size).toBe(meshes.length);
    expect(meshes).toHaveLength(6);
  });

  test('are told apart by what kubelets say of volumes, but for names that begin alike', () => {
    const told = (index: number, claim: string) => {
      const found = JSON.stringify(made.objects[index]).match(/persistentvolumeclaim=~\\+"(\[\^-\][^"\\]+)/g)!.map(text => text.replace(/^.*"/, ''));
      expect(found.length).toBeGreaterThan(3);
      return found.some(regex => new RegExp(`^(?:${regex})$`).test(claim));
    };
    expect(told(0, 'data-platform-receive-ingestor-0')).toBe(true);
    expect(told(0, 'data-eu-platform-receive-ingestor-0')).toBe(false);
    expect(told(2, 'data-platform-receive-ingestor-0')).toBe(false);
    // This is what the warning is for.
    expect(told(0, 'data-platform-eu-receive-ingestor-0')).toBe(true);
    expect(told(1, 'data-platform-receive-ingestor-0')).toBe(false);
  });

  test('are warned of, if the one\'s name begins with the other\'s', () => {
    const warnings = made.stacks.map(stack => stack.findings.filter(({ rule }) => rule === 'platform-names-alike'));
    expect(warnings.map(each => each.map(({ severity, message }) => [severity, message]))).toEqual([[[Severity.WARNING,
      "The platform 'platform-eu' is in the same namespace 'monitoring', and its name begins with that of 'platform': the alerts of 'platform' about containers and volumes, which kubelets "
      + "know by the names of pods alone, are about those of 'platform-eu' as well. Give one of them a 'name' that does not begin with the other's, or a namespace of its own."]], [], []]);
  });
});

describe('two of one name', () => {
  function twice(charts: 'one chart' | 'charts of their own', clusters: string[]) {
    const app = new App();
    const chartOf = (id: string) => new Chart(app, id, { namespace: 'monitoring', disableResourceNameHashes: true });
    const shared = charts === 'one chart' ? chartOf('monitoring') : undefined;
    clusters.forEach((cluster, index) =>
      new MonitoringStack(shared ?? chartOf(`monitoring-${index}`), `stack-${index}`, { workload: ALL.workload, name: 'platform', cluster }));
    return errorsOf(app);
  }

  test('are refused in one chart, told once', () => {
    expect(twice('one chart', ['eu-1', 'eu-1']).filter(error => error.includes('(duplicate-object)'))).toEqual([
      expect.stringMatching(/'monitoring\/stack-0' and 'monitoring\/stack-1' print \d+ objects that are the same to the cluster, and the last to be applied overwrites the others/),
    ]);
  });

  test('are refused in charts of one cluster', () => {
    expect(twice('charts of their own', ['eu-1', 'eu-1'])).toEqual([0, 1].map(index =>
      `[monitoring-${index}/stack-${index}] The platform 'platform' of 'monitoring-${1 - index}/stack-${1 - index}' is in the same namespace 'monitoring' of the same cluster 'eu-1', so that the last to be applied `
      + "overwrites all objects of the other. Give one of them another 'name', or a namespace of its own; or its own 'cluster', if it is another one. (platform-twice)"));
  });

  test('are fine in charts of two clusters', () => {
    expect(twice('charts of their own', ['eu-1', 'eu-2'])).toEqual([]);
  });
});

describe('two whose names and namespaces make the same names', () => {
  function joined(clusters: string[]) {
    const app = new App();
    [['mon', 'eu-p'], ['mon-eu', 'p']].forEach(([namespace, name], index) => {
      const chart = new Chart(app, namespace, { namespace, disableResourceNameHashes: true });
      new MonitoringStack(chart, name, { workload: ALL.workload, cluster: clusters[index] });
    });
    return errorsOf(app);
  }

  const says = (at: string, name: string, path: string, namespace: string, objects: string) =>
    `[${at}] The platform '${name}' of '${path}', in namespace '${namespace}' of the same cluster 'eu-1', prints other objects of the same names: ${objects}. The last to be applied overwrites those of the other. `
    + "Give one of them another 'name'; or give it its own 'cluster', if it is another one. (platforms-share-objects)";
  const bothSay = (objects: string) => [says('mon/eu-p', 'p', 'mon-eu/p', 'mon-eu', objects), says('mon-eu/p', 'eu-p', 'mon/eu-p', 'mon', objects)];

  test('are refused in charts of one cluster', () => {
    expect(joined(['eu-1', 'eu-1'])).toEqual(bothSay("ClusterRole 'mon-eu-p-prometheus', ClusterRoleBinding 'mon-eu-p-prometheus', "
      + "Role 'mon-eu-p-prometheus-default' in namespace 'default', RoleBinding 'mon-eu-p-prometheus-default' in namespace 'default'"));
  });

  test('are fine in charts of two clusters', () => {
    expect(joined(['eu-1', 'eu-2'])).toEqual([]);
  });
});

describe('two that make one namespace, in charts of one cluster', () => {
  function making(labels: Record<string, string>[]) {
    const app = new App();
    labels.forEach((objectLabels, index) => {
      const chart = new Chart(app, `chart-${index}`, { namespace: 'monitoring', disableResourceNameHashes: true });
      new MonitoringStack(chart, `platform${index}`, { workload: ALL.workload, cluster: 'eu-1', createNamespace: true, objectLabels });
    });
    return errorsOf(app);
  }

  test('are refused if they make it differently', () => {
    expect(making([{ team: 'a' }, { team: 'b' }])).toEqual([0, 1].map(index =>
      `[chart-${index}/platform${index}] The platform 'platform${1 - index}' of 'chart-${1 - index}/platform${1 - index}', in namespace 'monitoring' of the same cluster 'eu-1', prints other objects of the same names: `
      + "Namespace 'monitoring'. The last to be applied overwrites those of the other. Leave 'createNamespace' out of one of them; or give it its own 'cluster', if it is another one. (platforms-share-objects)"));
  });

  test('are fine if they make the same', () => {
    expect(making([{ team: 'a' }, { team: 'a' }])).toEqual([]);
  });
});
