import type { Size } from 'cdk8s';
import type { ISecret, SecretValue } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { objectStoreYaml, Store } from './cloud-store';
import { plannedBytes } from './planned-bytes';
import { EndpointProtocol } from '../core/endpoint';
import { dnsLabel, dnsSubdomain, Fields, Given, read, secret as secretField, size } from '../core/fields';
import { check, Rule, Severity } from '../core/findings';
import { withExtraArgs } from '../core/flags';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { loggingOf, LogLevel } from '../core/platform';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions } from '../core/program-options';
import { EMBEDDED_BYTES_LIMIT } from '../plan/constants';
import { checkAgainstPlan } from '../plan/context';
import { EmbeddedBucketPlan, planEmbeddedBucket } from '../plan/embedded-bucket';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';
import { type Workload, workloadField } from '../plan/workload';

/** An object store in the cluster: Versity Gateway on one volume, for one cluster, without replicas. */
export interface EmbeddedBucketProps extends ProgramOptions {
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
  /** What it will hold. @default - what the plan expects of the workload */
  readonly bytes?: Size;
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /** The volume, kept when the StatefulSet goes. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volume. @default - the platform's */
  readonly storageClassName?: string;
  /**
   * A Secret with the keys `access-key` and `secret-key`, which both sides use.
   * @default - `<name>-credentials`, which one command makes, see `setupCommand` of the bucket
   */
  readonly credentialsSecret?: ISecret;
}

export const EMBEDDED_FIELDS: Fields<EmbeddedBucketProps> = {
  ...PROGRAM_FIELDS,
  workload: workloadField(),
  bytes: size(),
  name: dnsLabel(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  credentialsSecret: secretField(),
};

type Settings = Given<EmbeddedBucketProps> & EmbeddedBucketPlan & { readonly planned: number };

const bytesText = (value: number): string => formatValue(value, FigureUnit.BYTES);

const RULES: Rule<Settings>[] = [...PROGRAM_RULES, {
  id: 'embedded-bucket-volume-too-small',
  broken: s => s.storageSize < s.planned,
  says: s => `The bucket will hold ${bytesText(s.planned)}, but 'storageSize' is ${bytesText(s.storageSize)}: when the volume is full, blocks are no longer uploaded. `
    + 'Raise it, leave it to the plan, or shorten the retention.',
}, {
  id: 'embedded-bucket-large',
  severity: Severity.WARNING,
  broken: s => s.planned > EMBEDDED_BYTES_LIMIT,
  says: s => `The bucket will hold ${bytesText(s.planned)} on one volume; above ${bytesText(EMBEDDED_BYTES_LIMIT)}, copying or restoring it takes longer than the outage that senders survive. `
    + 'Use a bucket of a cloud, e.g. ObjectStoreBucket.s3(…).',
}];

const ACCESS_KEY = 'access-key';
const SECRET_KEY = 'secret-key';

const S3: WorkloadPort = { name: 's3', port: 7070, protocol: EndpointProtocol.HTTP };
const BUCKET = 'blocks';
/** Versity's default; every request is signed for it. */
const REGION = 'us-east-1';
/** No bucket can have this name, so it hides none. */
const HEALTH = '/_/health';

const VOLUME = '/var/lib/versitygw';
const BUCKETS = 'buckets';
const METADATA = 'metadata';

/** An object store of this app as Thanos knows it. */
export function embeddedStore(at: Construct, id: string, props: EmbeddedBucketProps): Store {
  const given = read(at, EMBEDDED_FIELDS, props);
  const planned = plannedBytes(at, given.bytes, given.workload);
  const plan = planEmbeddedBucket({ bytesTotal: planned }, given);
  const settings: Settings = { ...given, ...plan, planned };
  check(at, RULES, settings);
  checkAgainstPlan(at, plan.figures);
  const name = given.name ?? id;
  const secret = given.credentialsSecret ?? { name: `${name}-credentials` };
  const workload = addGateway(at, name, secret.name, settings);
  const setupCommand = given.credentialsSecret ? undefined : secretCommand(secret.name, workload.namespace);
  reportLimits(at, setupCommand);
  const key = (of: string): SecretValue => ({ secret: secret as ISecret, key: of });
  const endpoint = workload.endpoint(S3.name);
  return {
    figures: plan.figures,
    setupCommand,
    statefulSet: workload.controllers[0],
    connect: () => ({
      endpoint,
      config: objectStoreYaml('S3', { bucket: BUCKET, endpoint: endpoint.address, region: REGION, insecure: true, bucket_lookup_type: 'path' }),
      variables: [{ name: 'AWS_ACCESS_KEY_ID', value: key(ACCESS_KEY) }, { name: 'AWS_SECRET_ACCESS_KEY', value: key(SECRET_KEY) }],
    }),
  };
}

function addGateway(at: Construct, name: string, secretName: string, settings: Settings): PodWorkload {
  const debug = loggingOf(at, settings.logLevel).logLevel === LogLevel.DEBUG;
  const variable = (variableName: string, key: string) => ({ name: variableName, valueFrom: { secretKeyRef: { name: secretName, key } } });
  return new PodWorkload(at, 'gateway', {
    name,
    group: { program: ProgramName.VERSITY_GATEWAY, instance: name, component: 'object-store' },
    kind: 'StatefulSet',
    sets: [{ suffix: '', replicas: 1, labels: {} }],
    ports: [S3],
    // An address that is there before the pod is: a client that was told that the name does not exist keeps that in mind, and gives up.
    headless: false,
    args: [
      // Extra arguments are those of the gateway, which stand before the backend's.
      ...withExtraArgs([`--port=:${S3.port}`, `--health=${HEALTH}`, debug ? '--log-level=debug' : '--quiet'], settings.extraArgs),
      // Attributes of objects are files beside them: not every volume has extended attributes.
      'posix', `--sidecar=${VOLUME}/${METADATA}`, `${VOLUME}/${BUCKETS}`,
    ],
    options: { ...settings, extraArgs: undefined },
    resources: settings,
    setsGoMemoryLimit: true,
    environment: [variable('ROOT_ACCESS_KEY', ACCESS_KEY), variable('ROOT_SECRET_KEY', SECRET_KEY)],
    // Each folder of the root is a bucket: that the kubelet mounts one makes the bucket, with no further step.
    storage: {
      name: 'data', mountPath: VOLUME, subPaths: [BUCKETS, `${BUCKETS}/${BUCKET}`, METADATA], size: settings.storageSize, storageClassName: settings.storageClassName,
    },
    probes: { port: S3.name, liveness: HEALTH, readiness: HEALTH, startup: 60 },
    terminationGracePeriod: 60,
  });
}

/** Random keys that are shown nowhere: not on the terminal, not in the shell's history, not in the list of processes. */
function secretCommand(name: string, namespace: string): string {
  return `printf '${ACCESS_KEY}=%s\\n${SECRET_KEY}=%s\\n' "$(openssl rand -hex 10)" "$(openssl rand -hex 20)" `
    + `| kubectl create secret generic ${name} --namespace ${namespace} --from-env-file=/dev/stdin`;
}

function reportLimits(at: Construct, setupCommand: string | undefined): void {
  const graph = Graph.of(at);
  graph.report(at, 'embedded-bucket-not-ha', 'The embedded bucket is one pod on one volume: while it is away, nothing is uploaded and old data cannot be queried, '
    + 'and a lost volume is lost history. All programs share its key, so each of them may delete. Take backups of the volume, or use a bucket of a cloud.', Severity.NOTE);
  if (setupCommand) {
    graph.report(at, 'embedded-bucket-credentials', `The embedded bucket's key stands in no YAML; pods wait until it is there. Make it once: ${setupCommand}`, Severity.NOTE);
  }
}
