import { Accepted } from '../accepted';
import { ExampleObject, Manifest, titleOf } from '../examples';
import { podOf } from '../pods';
import { inParallel } from '../process';
import { Report } from '../report';
import { ApiAnswer, ApiClient } from './api-client';
import { ControlPlane } from './control-plane';
import { customDefinitions, waitForDefinitions } from './definitions';

const REQUESTS_AT_ONCE = 8;

/** Pod Security's strictest level, at its newest version. */
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'latest' };

/** Objects that others need before they can be tried: they are really made. */
const MADE_FIRST = ['Namespace', 'CustomResourceDefinition', 'PriorityClass'];

function whyRefused({ status, body, warnings }: ApiAnswer): string | undefined {
  if (status < 200 || status > 299) return body.startsWith('{') ? (JSON.parse(body) as { message: string }).message : body;
  return warnings.length > 0 ? `the API server warns: ${warnings.join('; ')}` : undefined;
}

function namespaceObject(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: RESTRICTED } };
}

/** Makes every namespace that an object names, enforcing `restricted`, and the other objects that come first. */
async function makeFirst(client: ApiClient, objects: readonly Manifest[]): Promise<void> {
  const names = new Set(objects.flatMap(({ kind, metadata }) => kind === 'Namespace' ? metadata.name : metadata.namespace ?? []));
  const definitions = await customDefinitions(objects);
  const others = [...definitions, ...objects.filter(({ kind }) => MADE_FIRST.includes(kind) && kind !== 'Namespace')];
  for (const object of [...[...names].map(namespaceObject), ...others]) {
    const refused = whyRefused(await client.apply(object, false));
    if (refused !== undefined) throw new Error(`The ${object.kind} '${object.metadata.name}' could not be made: ${refused}`);
  }
  await waitForDefinitions(client, definitions);
}

/** A pod that is refused in a restricted namespace, and an object with a field that Kubernetes does not know. */
const CONTROLS: readonly { what: string; because: RegExp; manifest: Manifest }[] = [
  {
    what: 'a pod that runs as root',
    because: /violates PodSecurity "restricted:latest".*runAsUser=0/,
    manifest: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'control', namespace: 'control' },
      spec: {
        securityContext: { runAsUser: 0, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'control',
          image: 'example.com/control:1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        }],
      },
    },
  },
  {
    what: 'an object with an unknown field',
    because: /field not declared in schema|unknown field/,
    manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'control', namespace: 'control' }, spec: { ports: [{ port: 80, targetport: 80 }] } },
  },
  {
    what: 'an object of KEDA with an unknown field',
    because: /field not declared in schema|unknown field/,
    manifest: {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'control', namespace: 'control' },
      spec: { scaleTargetRef: { name: 'control' }, triggers: [{ type: 'cpu', metadata: { value: '50' } }], maxReplicas: 3 },
    },
  },
  {
    what: 'a kind that does not exist',
    because: /has no kind/,
    manifest: { apiVersion: 'apps/v1', kind: 'StatefulSets', metadata: { name: 'control', namespace: 'control' } },
  },
];

async function checkControls(report: Report, client: ApiClient): Promise<void> {
  for (const { what, because, manifest } of CONTROLS) {
    const said = whyRefused(await client.apply(manifest, true));
    report.answer(`control: ${what} is refused`, said !== undefined && because.test(said) ? undefined : `expected ${because}, the API server said: ${said ?? 'nothing, it accepted it'}`);
  }
}

async function checkObjects(report: Report, client: ApiClient, examples: readonly ExampleObject[], accepted: Accepted): Promise<void> {
  const answers = await inParallel(examples, REQUESTS_AT_ONCE, async object => whyRefused(await client.apply(object.manifest, true)));
  examples.forEach((object, index) => {
    if (report.answer(`kube-apiserver takes ${titleOf(object)}`, answers[index])) accepted.add(object, 'apiserver');
  });
}

/** Of a workload the API server only warns; its pods it refuses. */
async function checkPods(report: Report, client: ApiClient, examples: readonly ExampleObject[], accepted: Accepted): Promise<void> {
  const pods = examples.flatMap(object => podOf(object) ?? []);
  const answers = await inParallel(pods, REQUESTS_AT_ONCE, async pod => whyRefused(await client.apply(pod.manifest, true)));
  pods.forEach(({ object }, index) => {
    if (report.answer(`Pod Security 'restricted' takes the pods of ${titleOf(object)}`, answers[index])) accepted.add(object, 'pod-security');
  });
}

/** Tries every object of the examples on a real kube-apiserver, and the pods that they make. */
export async function checkCluster(report: Report, examples: readonly ExampleObject[], accepted: Accepted): Promise<void> {
  const controlPlane = await ControlPlane.start();
  try {
    await makeFirst(controlPlane.client, [...examples.map(object => object.manifest), ...CONTROLS.map(control => control.manifest)]);
    await checkObjects(report, controlPlane.client, examples, accepted);
    await checkPods(report, controlPlane.client, examples, accepted);
    await checkControls(report, controlPlane.client);
  } finally {
    await controlPlane.stop();
  }
}
