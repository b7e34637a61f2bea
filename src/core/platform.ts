import type { ISecret } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { dnsSubdomain, Field, Fields, labelKey, labelValue, list, map, oneOf, read, secret, shown, struct, text, toggle } from './fields';
import { Graph } from './graph';
import { imageReference, ProgramName } from './images';
import { NetworkPeers, networkPeers } from './network-peer';

/** How much programs log. */
export enum LogLevel {
  DEBUG = 'debug',
  INFO = 'info',
  WARN = 'warn',
  ERROR = 'error',
}

/** How programs write their log. */
export enum LogFormat {
  /** `key=value` pairs. */
  LOGFMT = 'logfmt',
  /** A JSON object a line. */
  JSON = 'json',
}

/** A taint that pods tolerate. */
export interface Toleration {
  /** Key of the taint. @default - every key */
  readonly key?: string;
  /** `Exists` or `Equal`. @default Equal */
  readonly operator?: string;
  /** Value of the taint. @default - none */
  readonly value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. @default - every effect */
  readonly effect?: string;
}

/** What holds for all parts below a construct. */
export interface PlatformOptions {
  /** Registry, with an optional path, that mirrors all images, e.g. `registry.example.com/mirror`. @default - the public registries */
  readonly imageMirror?: string;
  /**
   * Full image references by program, e.g. with a digest: `thanos`, `prometheus`, `prometheus-config-reloader`, `target-allocator`, `alertmanager`,
   * `pushgateway`, `versitygw`; and programs of this package, which Node runs: `continuous-test`, `pushgateway-client`, `rule-loader`, `job-loader`,
   * `alarm-recorder`.
   * @default - the versions that this package was tested with
   */
  readonly images?: Record<string, string>;
  /** Secrets with which kubelets pull the images. @default - none */
  readonly imagePullSecrets?: ISecret[];
  /** Domain of the cluster's DNS. It is part of the addresses in the ring: a change moves every series. @default cluster.local */
  readonly clusterDomain?: string;
  /** Whether NetworkPolicies are printed. @default true */
  readonly networkPolicies?: boolean;
  /** Peers that a policy cannot name by itself. @default - see `NetworkPeers` */
  readonly networkPeers?: NetworkPeers;
  /** StorageClass of all volumes. @default - the cluster's default */
  readonly storageClassName?: string;
  /** Labels of nodes on which pods may run. @default - every node */
  readonly nodeSelector?: Record<string, string>;
  /** Taints that pods tolerate. @default - none */
  readonly tolerations?: Toleration[];
  /** PriorityClass of all pods. @default - none */
  readonly priorityClassName?: string;
  /** How much programs log. @default LogLevel.INFO */
  readonly logLevel?: LogLevel;
  /** How programs write their log. @default LogFormat.LOGFMT */
  readonly logFormat?: LogFormat;
  /** Labels added to every object; of the same name, the parts' own stand. @default - none */
  readonly objectLabels?: Record<string, string>;
  /** Ids of rules whose warnings are known and wanted; they become notes. @default - none */
  readonly acknowledgedRules?: string[];
}

const HOST = '[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*(:\\d{1,5})?';
const REPOSITORY = '[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*';

/** The row of a full reference of an image. */
export const imageField = (): Field<string> =>
  text('an image reference', new RegExp(`^(${HOST}/)?${REPOSITORY}(:\\w[\\w.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-f]+)?$`));

const TOLERATION = struct<Toleration>({
  key: labelKey(),
  operator: oneOf({ EXISTS: 'Exists', EQUAL: 'Equal' }),
  value: labelValue(),
  effect: oneOf({ NO_SCHEDULE: 'NoSchedule', PREFER_NO_SCHEDULE: 'PreferNoSchedule', NO_EXECUTE: 'NoExecute' }),
});

/** What Kubernetes would refuse of single values that are fine. */
function tolerationProblem({ key, operator, value }: Toleration): string | undefined {
  if (key === undefined && operator !== 'Exists') {
    return 'must have a \'key\', or the \'operator\' Exists, with which it tolerates every taint';
  }
  return operator === 'Exists' && value ? `must not have a 'value' with the 'operator' Exists, but has ${shown(value)}` : undefined;
}

/** The row of taints that pods tolerate. */
export const tolerations = () => list<Toleration>({ ...TOLERATION, problem: given => TOLERATION.problem(given) ?? tolerationProblem(given) });

/** The rows of `PlatformOptions`. */
export const PLATFORM_FIELDS: Fields<PlatformOptions> = {
  imageMirror: text('a registry without a scheme, e.g. registry.example.com/mirror', new RegExp(`^${HOST}(/${REPOSITORY})?/?$`)),
  images: map(imageField(), oneOf(ProgramName)),
  imagePullSecrets: list(secret()),
  clusterDomain: dnsSubdomain('a DNS domain'),
  networkPolicies: toggle(),
  networkPeers: networkPeers(),
  storageClassName: dnsSubdomain(),
  nodeSelector: map(labelValue(), labelKey()),
  tolerations: tolerations(),
  priorityClassName: dnsSubdomain(),
  logLevel: oneOf(LogLevel),
  logFormat: oneOf(LogFormat),
  objectLabels: map(labelValue(), labelKey()),
  acknowledgedRules: list(text()),
};

type OwnOptions = PlatformOptions & { readonly partOf?: string };

const OPTIONS = new WeakMap<IConstruct, OwnOptions>();

/** What is in force at each construct, asked for many times by each part; until the next option is set anywhere. */
let inForce = new WeakMap<IConstruct, PlatformOptions>();

function setOptions(scope: IConstruct, options: OwnOptions): void {
  OPTIONS.set(scope, { ...OPTIONS.get(scope), ...options });
  inForce = new WeakMap();
}

/** Options that hold for a whole platform, found from any construct below the one that set them. */
export class Platform {
  /**
   * Sets options for all parts that are created below `scope` from now on. A MonitoringStack does this with its own props;
   * use it for parts that stand alone. Nearer options win over those further up, one by one.
   */
  public static configure(scope: IConstruct, options: PlatformOptions): void {
    const given = read(scope, PLATFORM_FIELDS, options);
    setOptions(scope, given);
    Graph.of(scope).acknowledge(given.acknowledgedRules ?? []);
  }

  /** The options in force at a construct. */
  public static of(scope: IConstruct): PlatformOptions {
    const known = inForce.get(scope);
    if (known) {
      return known;
    }
    const { scope: above } = scope.node;
    const merged = { ...above && Platform.of(above), ...definedOnly(OPTIONS.get(scope)) };
    inForce.set(scope, merged);
    return merged;
  }

  private constructor() {}
}

function definedOnly(options: object = {}): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** The platform's own name, for `app.kubernetes.io/part-of`; set by a MonitoringStack. */
export function setPartOf(scope: IConstruct, name: string): void {
  setOptions(scope, { partOf: name });
}

export function partOf(scope: IConstruct): string | undefined {
  return (Platform.of(scope) as { partOf?: string }).partOf;
}

/** How a program at a construct logs, where it has a level of its own or not. */
export function loggingOf(at: IConstruct, own?: LogLevel): { readonly logLevel: LogLevel; readonly logFormat: LogFormat } {
  const { logLevel = LogLevel.INFO, logFormat = LogFormat.LOGFMT } = Platform.of(at);
  return { logLevel: own ?? logLevel, logFormat };
}

/** The same as arguments of the programs of Prometheus and Thanos. */
export function logArgs(at: IConstruct, own?: LogLevel): string[] {
  const { logLevel, logFormat } = loggingOf(at, own);
  return [`--log.level=${logLevel}`, `--log.format=${logFormat}`];
}

/** The image of a program at a construct: its own, the platform's, or the tested one from the mirror. */
export function imageFor(scope: IConstruct, program: ProgramName, own?: string): string {
  const { images = {}, imageMirror } = Platform.of(scope);
  return own ?? images[program] ?? imageReference(program, imageMirror);
}
