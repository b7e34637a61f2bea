import { ComponentResource, type ComponentResourceOptions, log, type Output, output, RunError } from '@pulumi/pulumi';
import type { Inputs } from './inputs';
import { registerObjects } from './resources';
import { type Extend, type Summary, type Synthesis, synthesized, type Wanted } from './synthesis';
import { type Manifest, traced } from './traces';
import { Values } from './values';
import type { CapacityPlan, Finding, MonitoringStackProps } from 'cdk8s-thanos';

/** What a platform is made of in a Pulumi program: the props of the construct of the same name, and what stands beside it in a cdk8s app. */
export type MonitoringStackArgs = { readonly [Key in keyof MonitoringStackProps]: Inputs<MonitoringStackProps[Key]> } & {
  /** The namespace of all objects. @default 'monitoring' */
  readonly namespace?: Inputs<string>;
  /** Called with the platform when it is built, for what its props cannot say: `scrape`, `addRules`, `addPushJob`, patches of objects. @default - nothing */
  readonly extend?: Extend;
};

/** What is there when the platform has been registered. */
interface Registered {
  readonly summary: { readonly [Key in keyof Summary]: unknown };
  readonly plan?: CapacityPlan;
  readonly findings: Finding[];
}

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
    const ofSummary = <T>(key: keyof Summary): Output<T> => registered.apply(({ summary }) => summary[key]) as Output<T>;
    this.queryUrl = ofSummary('queryUrl');
    this.remoteWriteUrl = ofSummary('remoteWriteUrl');
    this.policyDocuments = ofSummary('policyDocuments');
    this.plan = registered.apply(({ plan }) => plan);
    this.findings = registered.apply(({ findings }) => findings);
  }

  protected async initialize({ args }: Hidden, _options: ComponentResourceOptions, name: string): Promise<Registered> {
    const { namespace = 'monitoring', extend, ...props } = args;
    const wanted: Wanted = { name, namespace, props: props as Inputs<MonitoringStackProps>, extend };
    const values = new Values();
    const synthesis = await this.synthesize(wanted, values);
    if (!synthesis) return { summary: { queryUrl: undefined, remoteWriteUrl: undefined, policyDocuments: {} }, findings: [] };
    const { findings, plan } = judged(synthesis, name, values);
    const others = values.all.map(index => probed(wanted, values, index));
    const inOthers = <T>(part: (other: Synthesis) => T) => new Map(others.map((other, index) => [index, other && part(other)]));
    registerObjects(this, synthesis, (path, manifest) => traced(manifest, inOthers(({ manifests }) => manifests.get(path)), values) as Manifest);
    const summary = traced(synthesis.summary, inOthers(other => other.summary), values) as Registered['summary'];
    this.registerOutputs({ queryUrl: summary.queryUrl, remoteWriteUrl: summary.remoteWriteUrl });
    return { summary, plan, findings };
  }

  /** Nothing in a preview in which a part cannot even be made, as it needs a value that is not known. */
  private async synthesize(wanted: Wanted, values: Values): Promise<Synthesis | undefined> {
    try {
      return await values.settle(() => synthesized(wanted, values));
    } catch (error) {
      const { message } = error as Error;
      if (values.placeholders.length === 0) throw new RunError(message);
      await log.warn(`The platform cannot be shown before all its values are known: ${message}`, this);
      return undefined;
    }
  }
}

/** Throws all errors at once, but for those that may be none when all values are known. */
function judged({ judge }: Synthesis, name: string, { placeholders }: Values): { readonly findings: Finding[]; readonly plan: CapacityPlan } {
  const { errors, findings, plan } = judge();
  const waits = (text: string): boolean => placeholders.some(placeholder => text.includes(placeholder));
  const sound = errors.filter(error => !waits(error));
  if (sound.length > 0) throw new RunError(`The platform '${name}' is not sound:\n${sound.map(error => `  ${error}`).join('\n')}`);
  return { findings: findings.filter(({ message }) => !waits(message)), plan };
}

/** The platform with another value of one Output; nothing if a part cannot be made of that. */
function probed(wanted: Wanted, values: Values, index: number): Synthesis | undefined {
  try {
    return values.probe(index, () => synthesized(wanted, values));
  } catch {
    return undefined;
  }
}
