import { ApiObject, JsonPatch } from 'cdk8s';
import { component } from './workload';
import { Workload } from '../../../src/plan';
import { MonitoringStack } from '../../../src/stack';
import { errorsOf, fixture } from '../../fixture';

const ENFORCE = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** What a synth says of pods with these patches, in a namespace with these labels. */
function saidOf(patches: JsonPatch[], labels: Record<string, string> = ENFORCE): string[] {
  const { app, chart } = fixture();
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring', labels } });
  component(chart, 'query').controllers[0].addJsonPatch(...patches);
  return errorsOf(app);
}

const says = (problem: string) => [`[monitoring/query] Namespace 'monitoring' enforces Pod Security 'restricted', so that Kubernetes would refuse the pods of Deployment 'query': ${problem}. `
  + "Take back what sets it, or make the namespace yourself, without 'createNamespace', with a label 'pod-security.kubernetes.io/enforce' that allows it. (pod-security)"];

const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;
const pod = (key: string, value: unknown) => JsonPatch.add(`${POD}/${key}`, value);
const container = (key: string, value: unknown) => JsonPatch.add(`${CONTAINER}/${key}`, value);
const volumes = 'but must be of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret';

describe('refuses what Kubernetes would refuse', () => {
  test.each<[string, JsonPatch[], string]>([
    ['the network of the node', [pod('hostNetwork', true)], "'hostNetwork' is true"],
    ['its processes, and what these share', [pod('hostPID', true), pod('hostIPC', true)], "'hostPID' is true; 'hostIPC' is true"],
    ['a folder of the node', [pod('volumes', [{ name: 'logs', hostPath: { path: '/var/log' } }])], `volume 'logs' is of type 'hostPath', ${volumes}`],
    ['a sysctl', [pod('securityContext/sysctls', [{ name: 'net.ipv4.tcp_rmem', value: '1' }, { name: 'kernel.msgmax', value: '1' }])], "sysctl 'kernel.msgmax' is not among the safe ones"],
    ['root', [pod('securityContext/runAsUser', 0)], "'runAsUser' is 0, which is root"],
    ['root, in a container', [container('securityContext/runAsUser', 0)], "container 'query': 'runAsUser' is 0, which is root"],
    ['perhaps root', [pod('securityContext/runAsNonRoot', false)], "'runAsNonRoot' is false"],
    ['no profile', [JsonPatch.remove(`${POD}/securityContext`)], "container 'query': 'runAsNonRoot' is set neither here nor for the pod; container 'query': 'seccompProfile' is set neither here nor for the pod"],
    ['all system calls', [pod('securityContext/seccompProfile', { type: 'Unconfined' })], "'seccompProfile' is Unconfined, but must be RuntimeDefault or Localhost"],
    ['no AppArmor', [pod('securityContext/appArmorProfile', { type: 'Unconfined' })], "'appArmorProfile' is Unconfined"],
    ['labels of SELinux', [container('securityContext/seLinuxOptions', { type: 'spc_t' })], "container 'query': 'seLinuxOptions' are others than those of containers"],
    ['a process of the host', [pod('securityContext/windowsOptions', { hostProcess: true })], "'windowsOptions.hostProcess' is true"],
    ['all privileges', [container('securityContext/privileged', true)], "container 'query': 'privileged' is true"],
    ['more privileges', [JsonPatch.remove(`${CONTAINER}/securityContext/allowPrivilegeEscalation`)], "container 'query': 'allowPrivilegeEscalation' is not false"],
    ['capabilities', [container('securityContext/capabilities', { add: ['NET_BIND_SERVICE', 'NET_ADMIN'] })], "container 'query': 'capabilities' do not drop ALL; container 'query': 'capabilities' add NET_ADMIN"],
    ['an open /proc', [container('securityContext/procMount', 'Unmasked')], "container 'query': 'procMount' is Unmasked"],
    ['a port of the node', [container('ports/0/hostPort', 10902)], "container 'query': 'hostPort' is 10902"],
    ['an init container without anything', [pod('initContainers', [{ name: 'chown', image: 'busybox' }])],
      "container 'chown': 'allowPrivilegeEscalation' is not false; container 'chown': 'capabilities' do not drop ALL"],
  ])('%s', (_, patches, problem) => {
    expect(saidOf(patches)).toEqual(says(problem));
  });
});

test('what a container sets by itself the pod need not', () => {
  expect(saidOf([
    JsonPatch.remove(`${POD}/securityContext`), container('securityContext/runAsNonRoot', true), container('securityContext/seccompProfile', { type: 'Localhost', localhostProfile: 'thanos.json' }),
    container('securityContext/capabilities/add', ['NET_BIND_SERVICE']), container('securityContext/seLinuxOptions', { type: 'container_t', level: 's0' }),
  ])).toEqual([]);
});

test.each<[Record<string, string>]>([[{}], [{ 'pod-security.kubernetes.io/enforce': 'privileged' }]])('says nothing where the namespace allows more: %j', labels => {
  expect(saidOf([pod('hostNetwork', true)], labels)).toEqual([]);
});

describe('of a stack', () => {
  const stackOf = (props: object) => {
    const { app, chart } = fixture();
    const stack = new MonitoringStack(chart, 'platform', {
      cluster: 'eu-1', workload: Workload.of({ activeSeries: 50_000 }), alertmanager: {}, pushgateway: {}, metaMonitoring: {}, continuousTest: {}, ...props,
    });
    stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0', schedule: '0 2 * * *' });
    return { app, stack };
  };

  test('its own pods are taken', () => {
    expect(errorsOf(stackOf({ createNamespace: true }).app)).toEqual([]);
  });

  test('patched pods are refused where it makes the namespace', () => {
    const [refused, taken] = [{ createNamespace: true }, {}].map(props => {
      const { app, stack } = stackOf(props);
      stack.queryFrontend.deployment.addJsonPatch(pod('hostNetwork', true));
      return errorsOf(app);
    });
    expect(refused).toEqual([expect.stringContaining("the pods of Deployment 'platform-query-frontend': 'hostNetwork' is true. Take back what sets it")]);
    expect(taken).toEqual([]);
  });
});
