import { ComponentResource, type ComponentResourceOptions, type Output, output } from '@pulumi/pulumi';
import type { Inputs } from './inputs';
import { register, type Registered } from './registration';
import type { Extend } from './synthesis';
import type { CapacityPlan, Finding, MonitoringStackProps } from 'cdk8s-thanos';

/** What a platform is made of in a Pulumi program: the props of the construct of the same name, and what stands beside it in a cdk8s app. */
export type MonitoringStackArgs = { readonly [Key in keyof MonitoringStackProps]: Inputs<MonitoringStackProps[Key]> } & {
  /** The namespace of all objects. @default 'monitoring' */
  readonly namespace?: Inputs<string>;
  /** Called with the platform when it is built, for what its props cannot say: `scrape`, `addRules`, `addPushJob`, patches of objects. @default - nothing */
  readonly extend?: Extend;
};

/** The arguments where Pulumi does not see them: it would send them to the engine, and they hold functions and constructs. */
interface Hidden {
  readonly args: MonitoringStackArgs;
}

const hidden = (args: MonitoringStackArgs): Hidden => Object.defineProperty({}, 'args', { value: args }) as Hidden;

const TYPE = 'cdk8s-thanos:index:MonitoringStack';

/**
 * A whole platform as one component: each object of the construct `MonitoringStack` is a resource below it, with the same plan and the same
 * checks. Outputs may stand wherever a text, a number or a switch goes in.
 *
 * Its provider should have `enableConfigMapMutable` and `enableSecretMutable`: without them, Pulumi's provider of Kubernetes deletes a ConfigMap
 * to change it. Programs that reload their files go on with what they have, but pods that start meanwhile wait, and rules are away.
 *
 * Fails with all errors of the checks at once. A preview that does not know an Output yet shows what depends on it as unknown, and leaves
 * what it would take to judge it to the deployment.
 */
export class MonitoringStack extends ComponentResource<Registered> {
  /** What stands before `/api/v1` for those who ask: scheme, address and path of the query frontend, within the cluster. */
  public readonly queryUrl: Output<string>;
  /** Where others may write by Prometheus remote write, within the cluster. */
  public readonly remoteWriteUrl: Output<string>;
  /** For each access to the bucket, what an administrator of the cloud has to allow, as JSON; empty for a bucket within the cluster. */
  public readonly policyDocuments: Output<Record<string, string>>;
  /** Every figure with its reason; none in a preview whose values do not suffice to build the platform. */
  public readonly plan: Output<CapacityPlan | undefined>;
  /** What the checks found, errors first. */
  public readonly findings: Output<Finding[]>;

  /**
   * @param name of the component, and the prefix of all objects' names unless `name` is given
   */
  constructor(name: string, args: MonitoringStackArgs, options?: ComponentResourceOptions) {
    super(TYPE, name, hidden(args), options);
    // Not `output(…)` of the data, which would make plain objects of the plan and its figures.
    const registered = output(undefined).apply(() => this.getData());
    this.queryUrl = registered.apply(({ summary }) => summary.queryUrl);
    this.remoteWriteUrl = registered.apply(({ summary }) => summary.remoteWriteUrl);
    this.policyDocuments = registered.apply(({ summary }) => summary.policyDocuments);
    this.plan = registered.apply(({ plan }) => plan);
    this.findings = registered.apply(({ findings }) => findings);
  }

  protected async initialize({ args }: Hidden, _options: ComponentResourceOptions, name: string): Promise<Registered> {
    // Callers in JavaScript leave them out.
    const { namespace = 'monitoring', extend, ...props } = args ?? {};
    const registered = await register(this, { name, namespace, props: props as Inputs<MonitoringStackProps>, extend });
    const { queryUrl, remoteWriteUrl } = registered.summary;
    this.registerOutputs({ queryUrl, remoteWriteUrl });
    return registered;
  }
}
