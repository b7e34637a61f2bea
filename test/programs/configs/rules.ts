import { parse } from 'yaml';
import type { Manifest } from '../examples';
import { poll } from '../process';
import type { ContainerRun, Sandbox } from './sandbox';

const LOADED_MILLISECONDS = 8_000;

interface RuleGroups {
  readonly groups?: readonly { readonly name: string }[];
}

const namesOf = ({ groups = [] }: RuleGroups): string[] => groups.map(({ name }) => name);

/** The groups of rules in the ConfigMaps that a loader was given. */
const groupsIn = (served: readonly Manifest[]): string[] =>
  served.flatMap(({ data }) => Object.values(data as Record<string, string>)).flatMap(text => namesOf(parse(text) as RuleGroups));

/** Why a running ruler does not evaluate all rules that its loader was given; undefined when it does, and for other programs. */
export async function whyRulesUnread(sandbox: Sandbox, containerRun: ContainerRun, served: readonly Manifest[]): Promise<string | undefined> {
  const { container, program, subcommand } = containerRun;
  if (program !== 'thanos' || subcommand !== 'rule') return undefined;
  const wanted = groupsIn(served);
  if (wanted.length === 0) return 'its loader was given no rules';
  let missing = wanted;
  await poll(async () => {
    const response = await fetch(`http://127.0.0.1:${sandbox.port(container, 'http')}/api/v1/rules`);
    const { data } = await response.json() as { data: RuleGroups };
    const loaded = namesOf(data);
    missing = wanted.filter(name => !loaded.includes(name));
    return missing.length === 0 || undefined;
  }, LOADED_MILLISECONDS);
  return missing.length === 0 ? undefined : `it does not evaluate the groups ${missing.join(', ')}`;
}
