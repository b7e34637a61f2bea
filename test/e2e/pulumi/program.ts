import * as kubernetes from '@pulumi/kubernetes';
import { type ComponentResourceOptions, type Input, output, type Output, type ResourceTransform, secret } from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation';
import { Duration } from 'cdk8s';
import { ObjectStoreBucket, Workload } from 'cdk8s-thanos';
import { MonitoringStack, type MonitoringStackArgs } from 'cdk8s-thanos/pulumi';

/** What of the platform changes in the course of the tests. */
export interface Wanted {
  readonly namespace: string;
  /** Name of the component. @default PLATFORM */
  readonly name?: string;
  /** Pods of Query. @default 2 */
  readonly queryReplicas?: number;
  /** Data of a ConfigMap of the same program, which becomes an external label. */
  readonly region: string;
  /** Name of another ConfigMap, which becomes an external label: its id is known only when it has been made. */
  readonly zone: string;
  /** Secret key of the bucket. */
  readonly key: string;
  /** Whether the provider changes ConfigMaps and Secrets in place. @default true */
  readonly mutable?: boolean;
  /** Of the component. @default - none but the provider and a transform */
  readonly options?: ComponentResourceOptions;
}

export const PLATFORM = 'platform';
/** An annotation that a transform gives to each Service. */
export const TRANSFORMED = 'e2e/transformed';
/** The name of the provider. */
export const PROVIDER = 'cluster';

const SERIES = 10_000;

/** The name in an id, which is known when its object has been made. */
export const nameOf = ({ id }: kubernetes.core.v1.ConfigMap): Output<string> => id.apply(text => text.slice(text.indexOf('/') + 1));

const annotated: ResourceTransform = ({ type, props, opts }) => {
  if (type !== 'kubernetes:core/v1:Service') return undefined;
  const annotate = (metadata: Record<string, unknown>) => ({ ...metadata, annotations: { ...metadata.annotations as object | undefined, [TRANSFORMED]: 'true' } });
  return { props: { ...props, metadata: output(props.metadata as Input<Record<string, unknown>>).apply(annotate) }, opts };
};

/** The props of a platform that fits on a test's cluster. */
export const small = (namespace: string): MonitoringStackArgs => ({
  namespace,
  cluster: 'e2e',
  workload: Workload.of({ activeSeries: SERIES, scrapeInterval: Duration.seconds(30) }),
  // The rest of the cluster is not what is tested here.
  clusterJobs: false,
  ring: { minReady: Duration.seconds(5) },
});

/** A program with a platform that depends on what else is made in it. */
export function program({ namespace, name = PLATFORM, queryReplicas = 2, region, zone, key, mutable = true, options }: Wanted): PulumiFn {
  return async () => {
    const provider = new kubernetes.Provider(PROVIDER, { enableConfigMapMutable: mutable, enableSecretMutable: mutable });
    const regions = new kubernetes.core.v1.ConfigMap('regions', { metadata: { name: 'regions', namespace }, data: { region } }, { provider });
    const zones = new kubernetes.core.v1.ConfigMap('zones', { metadata: { name: zone, namespace } }, { provider });
    const stack = new MonitoringStack(name, {
      ...small(namespace),
      name: PLATFORM,
      externalLabels: { region: regions.data.apply(data => data.region), zone: nameOf(zones) },
      query: { replicas: queryReplicas },
      bucket: (scope, known) => ObjectStoreBucket.embedded(scope, 'bucket', {
        name: `${PLATFORM}-bucket`,
        credentialsSecret: known.secret(scope, 'bucket-keys', { 'access-key': 'thanos', 'secret-key': secret(key) }),
      }),
    }, { provider, transforms: [annotated], ...options });
    return { queryUrl: stack.queryUrl, remoteWriteUrl: stack.remoteWriteUrl, figures: stack.plan.apply(plan => plan?.figures.length) };
  };
}
