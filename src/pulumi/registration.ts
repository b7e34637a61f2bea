import { log, type Output, output, type Resource, RunError } from '@pulumi/pulumi';
import { registerObjects } from './resources';
import { type Summary, type Synthesis, synthesized, type Wanted } from './synthesis';
import { type Manifest, traced } from './traces';
import { type Probe, Values } from './values';
import type { CapacityPlan, Finding } from 'cdk8s-thanos';

/** What is there when the platform has been registered. */
export interface Registered {
  readonly summary: { readonly [Key in keyof Summary]: Output<Summary[Key]> };
  readonly plan?: CapacityPlan;
  readonly findings: Finding[];
}

/** Synthesizes a platform, judges it, and registers its objects below a component. Throws with all errors at once; nothing is registered then. */
export async function register(component: Resource, wanted: Wanted): Promise<Registered> {
  const values = new Values();
  const synthesis = await settled(component, wanted, values);
  if (!synthesis) {
    const unknown = values.madeOf(values.all, undefined as never);
    return { summary: { queryUrl: unknown, remoteWriteUrl: unknown, policyDocuments: unknown }, findings: [] };
  }
  const { findings, plan } = judged(synthesis, wanted.name, values);
  const others = values.probes.map(probe => [probe.index, probed(wanted, values, probe)] as const);
  const trace = <T>(part: (synthesis: Synthesis) => T): unknown =>
    traced(part(synthesis), others.map(([index, other]) => [index, other && part(other)]), values);
  registerObjects(component, synthesis, path => trace(({ manifests }) => manifests.get(path)) as Manifest);
  return {
    summary: {
      queryUrl: output(trace(({ summary }) => summary.queryUrl)) as Output<string>,
      remoteWriteUrl: output(trace(({ summary }) => summary.remoteWriteUrl)) as Output<string>,
      policyDocuments: output(trace(({ summary }) => summary.policyDocuments)) as Output<Record<string, string>>,
    },
    plan,
    findings,
  };
}

/** The platform when all its values are there; nothing in a preview in which a part cannot even be made, as it needs one that is not known. */
async function settled(component: Resource, wanted: Wanted, values: Values): Promise<Synthesis | undefined> {
  try {
    return await values.settle(() => synthesized(wanted, values));
  } catch (error) {
    const { message } = error as Error;
    if (values.placeholders.length === 0) throw new RunError(`The platform '${wanted.name}' cannot be made: ${message}`);
    await log.warn(`The platform cannot be shown before all its values are known: ${message}`, component);
    return undefined;
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
function probed(wanted: Wanted, values: Values, probe: Probe): Synthesis | undefined {
  try {
    return values.probe(probe, () => synthesized(wanted, values));
  } catch {
    return undefined;
  }
}
