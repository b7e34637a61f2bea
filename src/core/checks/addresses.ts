import { Chart } from 'cdk8s';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec, Service, ServicePort } from 'kubernetes-types/core/v1';
import type { PrintedObjects } from './printed-objects';
import { Endpoint, EndpointProtocol } from '../endpoint';
import type { Edge } from '../graph';
import type { Report } from '../judgement';
import type { PodWorkload } from '../pod-workload';

/** The pods of a workload as they are printed, by their controller. */
interface PrintedPods {
  readonly controller: string;
  readonly template: PodTemplateSpec;
}

const PATCHED = 'Addresses follow from the constructs, never from patches: take back the patch';

/**
 * Every address that one part is given of another is served: there is a Service of that name, with that port, which leads to a port
 * that containers declare, in pods that its selector matches; and a pod that is meant by its own name is there. Without patches it always is.
 */
export function checkAddresses(workload: PodWorkload, incoming: Edge[], printed: PrintedObjects, report: Report): void {
  const pods = podsByService(workload, printed);
  const judge = (edges: Edge[], problemOf: (to: Endpoint) => string | undefined) => {
    for (const { from, to, why } of edges) {
      const problem = problemOf(to);
      if (problem) {
        report('address-not-served', `'${from.node.path}' ${why} at ${to.address}, but ${problem}`);
      }
    }
  };
  judge(oncePerService(incoming), to => serviceProblem(workload, to, pods, printed));
  judge(lastOfEachSet(incoming), to => podProblem(workload, to, printed));
}

/** One address by name of each port of a Service, and one of its pods: what holds for one holds for the others. */
function oncePerService(edges: Edge[]): Edge[] {
  const keyOf = ({ to: { port, _owned: owned } }: Edge) => [owned!.service, port, owned!.pod ? 'pod' : ''].join(' ');
  return [...new Map([...edges].reverse().map(edge => [keyOf(edge), edge])).values()].reverse();
}

/** The address of the pod with the highest ordinal of each StatefulSet. */
function lastOfEachSet(edges: Edge[]): Edge[] {
  const last = new Map<string, Edge>();
  for (const edge of edges) {
    const pod = edge.to._owned!.pod;
    if (pod && pod.ordinal >= (last.get(pod.controller)?.to._owned!.pod!.ordinal ?? 0)) {
      last.set(pod.controller, edge);
    }
  }
  return [...last.values()];
}

/** The pods that each Service of a workload is meant for. */
function podsByService(workload: PodWorkload, printed: PrintedObjects): Map<string, PrintedPods[]> {
  const pods = new Map<string, PrintedPods[]>();
  workload.sets.forEach((set, index) => {
    const service = workload.serviceName(set);
    const controller = workload.controllers[index];
    const { kind, metadata } = printed.manifest(controller);
    const siblings = pods.get(service) ?? [];
    siblings.push({ controller: `${kind} '${metadata?.name}'`, template: printed.podTemplate(controller) });
    pods.set(service, siblings);
  });
  return pods;
}

/** The second half of a sentence that begins with an address. */
function serviceProblem(workload: PodWorkload, to: Endpoint, pods: Map<string, PrintedPods[]>, printed: PrintedObjects): string | undefined {
  const { service, portName, pod } = to._owned!;
  const found = printed.find(Chart.of(workload), 'Service', workload.namespace, service);
  if (!found) {
    return `no Service '${service}' is printed in namespace '${workload.namespace}'. ${PATCHED} or removal of that Service.`;
  }
  const { spec } = printed.manifest(found.object) as Service;
  const port = spec?.ports?.find(candidate => candidate.port === to.port);
  if (!port) {
    return `Service '${service}' has no port ${to.port} (it has ${portList(spec?.ports)}). ${PATCHED} of its ports.`;
  }
  if (to.protocol === EndpointProtocol.GRPC && !pod && port.name !== portName) {
    return `port ${to.port} of Service '${service}' is named '${port.name}', and clients look for the SRV record '${to.srvName}'. `
      + `Name it '${portName}' again.`;
  }
  return targetProblem(service, port, (pods.get(service) ?? []).filter(({ template }) => selects(spec?.selector, template)));
}

const portList = (ports: ServicePort[] = []): string => ports.map(({ name, port }) => `${name} ${port}`).join(', ') || 'none';

function selects(selector: Record<string, string> = {}, { metadata }: PodTemplateSpec): boolean {
  return Object.entries(selector).every(([label, value]) => metadata?.labels?.[label] === value);
}

function targetProblem(service: string, { port, targetPort = port }: ServicePort, selected: PrintedPods[]): string | undefined {
  if (selected.length === 0) {
    return `the selector of Service '${service}' matches no pods of its own part. ${PATCHED} of the selector or of the pods' labels.`;
  }
  for (const { controller, template } of selected) {
    const { containers = [], initContainers = [] } = template.spec ?? {};
    const declared = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(({ ports = [] }) => ports);
    if (!declared.some(({ name, containerPort }) => targetPort === name || targetPort === containerPort)) {
      return `port ${port} of Service '${service}' leads to '${targetPort}', which no container of ${controller} declares `
        + `(they declare ${declared.map(({ name, containerPort }) => `${name} ${containerPort}`).join(', ') || 'none'}). `
        + 'Declare it there, or let the Service lead to a port that is declared.';
    }
  }
  return undefined;
}

/** The second half, for the address of one pod. */
function podProblem(workload: PodWorkload, to: Endpoint, printed: PrintedObjects): string | undefined {
  const { service } = to._owned!;
  const pod = to._owned!.pod!;
  const found = printed.find(Chart.of(workload), 'StatefulSet.apps', workload.namespace, pod.controller);
  if (!found) {
    return `no StatefulSet '${pod.controller}' is printed in namespace '${workload.namespace}'. ${PATCHED} of its name.`;
  }
  const { replicas = 1, serviceName } = (printed.manifest(found.object) as StatefulSet).spec!;
  if (serviceName !== service) {
    return `the 'serviceName' of StatefulSet '${pod.controller}' is '${serviceName}', so that its pods have no names below '${service}'. `
      + `Set it to '${service}' again.`;
  }
  return replicas > pod.ordinal ? undefined
    : `StatefulSet '${pod.controller}' is printed with ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}, so that there is no pod `
      + `'${pod.controller}-${pod.ordinal}'. Give it at least ${pod.ordinal + 1}, or first take that pod out of what addresses it `
      + '(for a ring: fewer \'members\').';
}
