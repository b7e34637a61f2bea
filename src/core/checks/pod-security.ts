import { Chart } from 'cdk8s';
import type { PrintedObjects } from './printed-objects';
import type { ComponentPods } from '../component-pods';
import { isRecord } from '../field';
import type { Report } from '../judgement';

type Fields = Record<string, unknown>;

/** A part of a pod, and where it stands. */
interface Place {
  readonly path: string;
  readonly fields: Fields;
}

/** Label of a Namespace that says which pods Kubernetes takes there, or takes with a warning or an entry in its log. */
export const podSecurityLabel = (mode: 'enforce' | 'warn' | 'audit'): string => `pod-security.kubernetes.io/${mode}`;

const ENFORCED = podSecurityLabel('enforce');

// The profile `restricted`, which includes `baseline`: https://kubernetes.io/docs/concepts/security/pod-security-standards/
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];
const SECCOMP = ['RuntimeDefault', 'Localhost'];
const SELINUX = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];
const SYSCTLS = [
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.ping_group_range',
  'net.ipv4.tcp_syncookies', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem',
];

/** Pods that a namespace of this chart refuses: Kubernetes would take their controller, and make none of them. */
export function checkPodSecurity(pods: ComponentPods, printed: PrintedObjects, report: Report): void {
  const namespace = printed.find(Chart.of(pods), 'Namespace', undefined, pods.namespace);
  const labels = namespace && printed.manifest(namespace.object).metadata?.labels as Fields | undefined;
  if (labels?.[ENFORCED] !== 'restricted') {
    return;
  }
  for (const controller of pods.controllers) {
    const problems = podProblems(printed.podTemplate(controller).spec as unknown as Fields);
    if (problems.length > 0) {
      const { kind, metadata } = printed.manifest(controller);
      report('pod-security', `Namespace '${pods.namespace}' enforces Pod Security 'restricted', so that Kubernetes would refuse the pods of ${kind} '${metadata?.name}': ${problems.join('; ')}. `
        + `Take back what sets it, or make the namespace yourself, without 'createNamespace', with a label '${ENFORCED}' that allows it.`);
    }
  }
}

/** What stands below a key that a patch may have made anything of. */
const record = (value: unknown): Fields => (isRecord(value) ? value : {});
const records = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

function podProblems(spec: Fields): string[] {
  const containers: Place[] = ['initContainers', 'containers'].flatMap(list =>
    records(spec[list]).map(fields => ({ path: `container '${String(fields.name)}': `, fields })));
  const own = record(spec.securityContext);
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter(key => spec[key] === true).map(key => `'${key}' is true`),
    ...records(spec.volumes).flatMap(volumeProblems),
    ...records(own.sysctls).filter(({ name }) => !SYSCTLS.includes(name as string)).map(({ name }) => `sysctl '${String(name)}' is not among the safe ones`),
    ...contextProblems({ path: '', fields: own }),
    ...containers.flatMap(container => containerProblems(container, own)),
  ];
}

function volumeProblems({ name, ...source }: Fields): string[] {
  const type = Object.keys(source).find(key => !VOLUMES.includes(key));
  return type ? [`volume '${String(name)}' is of type '${type}', but must be of ${VOLUMES.slice(0, -1).join(', ')} or ${VOLUMES.at(-1)}`] : [];
}

/** What holds for the `securityContext` of a pod, and for that of each container. */
function contextProblems({ path, fields }: Place): string[] {
  const selinux = record(fields.seLinuxOptions);
  const [seccomp, appArmor] = [fields.seccompProfile, fields.appArmorProfile].map(profile => record(profile).type);
  return [
    ...(fields.runAsUser === 0 ? ["'runAsUser' is 0, which is root"] : []),
    ...(fields.runAsNonRoot === false ? ["'runAsNonRoot' is false"] : []),
    ...(seccomp !== undefined && !SECCOMP.includes(seccomp as string) ? [`'seccompProfile' is ${String(seccomp)}, but must be ${SECCOMP.join(' or ')}`] : []),
    ...(appArmor === 'Unconfined' ? ["'appArmorProfile' is Unconfined"] : []),
    ...(!SELINUX.includes(selinux.type as string | undefined) || selinux.user || selinux.role ? ["'seLinuxOptions' are others than those of containers"] : []),
    ...(record(fields.windowsOptions).hostProcess === true ? ["'windowsOptions.hostProcess' is true"] : []),
  ].map(problem => path + problem);
}

function containerProblems({ path, fields }: Place, pod: Fields): string[] {
  const own = record(fields.securityContext);
  const { add, drop } = record(own.capabilities);
  const added = (Array.isArray(add) ? add : []).filter(capability => capability !== 'NET_BIND_SERVICE');
  const hostPorts = records(fields.ports).flatMap(({ hostPort }) => (hostPort ? [hostPort as number] : []));
  return [
    ...contextProblems({ path: '', fields: own }),
    ...(own.privileged === true ? ["'privileged' is true"] : []),
    ...(own.allowPrivilegeEscalation === false ? [] : ["'allowPrivilegeEscalation' is not false"]),
    ...(Array.isArray(drop) && drop.includes('ALL') ? [] : ["'capabilities' do not drop ALL"]),
    ...(added.length > 0 ? [`'capabilities' add ${added.join(', ')}`] : []),
    ...['runAsNonRoot', 'seccompProfile'].filter(key => (own[key] ?? pod[key]) === undefined).map(key => `'${key}' is set neither here nor for the pod`),
    ...(own.procMount === undefined || own.procMount === 'Default' ? [] : [`'procMount' is ${String(own.procMount)}`]),
    ...(hostPorts.length > 0 ? [`'hostPort' is ${hostPorts.join(', ')}`] : []),
  ].map(problem => path + problem);
}
