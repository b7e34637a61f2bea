import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { podSecurityLabel } from '../core/checks/pod-security';
import { KubeObject } from '../core/kube-object';

/** The Namespace of a platform, with Pod Security `restricted` enforced. */
export function addNamespace(stack: Construct): void {
  const { namespace } = Chart.of(stack);
  if (namespace) {
    new KubeObject(stack, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        namespace: undefined,
        labels: Object.fromEntries((['enforce', 'warn', 'audit'] as const).map(mode => [podSecurityLabel(mode), 'restricted'])),
      },
    });
  }
}
