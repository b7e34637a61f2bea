import { Construct, type IConstruct } from 'constructs';
import { checkCoveredFlags } from './checks/extra-args';
import { ended, Field, Fields, Given, isRecord, problemsOf, rowsOf, shown } from './field';
import { Graph } from './graph';

export * from './field';

/**
 * Judges each given prop against its row and records all problems; what is left is well-formed, in base units.
 * A prop that no row knows is a problem too: TypeScript would refuse it, other languages and plain JavaScript do not.
 *
 * Throws at once, with all problems of these props, where another construct is required and missing: nothing could go on.
 */
export function read<P extends object>(at: IConstruct, fields: Fields<P>, props: P, prefix = ''): Given<P> {
  type Key = keyof P & string;
  const rows = rowsOf(fields);
  // Callers in JavaScript leave them out, or hand over something else.
  const stated = isRecord(props) ? props : {} as P;
  const wrong = problemsOf(fields, stated);
  const given: Given<P> = {};
  for (const key of (Object.keys(stated) as Key[]).filter(name => !wrong.some(([other]) => other === name) && stated[name] !== undefined)) {
    given[key] = rows[key]!.base(stated[key]) as Given<P>[typeof key];
    wrong.push(...foreign(at, rows[key]!, stated[key]).map(problem => [key, problem] as [string, string]));
  }
  const problems = [
    ...(isRecord(props) || props === undefined ? [] : [`${prefix ? `'${prefix.slice(0, -1)}'` : 'The props'} must be an object, but ${prefix ? 'is' : 'are'} ${shown(props)}.`]),
    ...wrong.map(([key, problem]) => ended(`'${prefix}${key}' ${problem}`)),
  ];
  if (Object.keys(fields).some(key => rows[key]!.required && rows[key]!.opaque && !(key in given))) {
    throw new Error(`[${at.node.path}] ${problems.join(' ')}`);
  }
  problems.forEach(problem => Graph.of(at).report(at, 'invalid-prop', problem));
  checkCoveredFlags(at, fields, (given as Given<{ extraArgs?: string[] }>).extraArgs, prefix);
  return given;
}

/** What is wrong with parts that belong to another App: its synth throws their findings, and this one's never would. */
function foreign<T>(at: IConstruct, { part }: Field<T>, value: T): string[] {
  const parts = part ? ([value].flat() as unknown[]).filter((each): each is Construct => Construct.isConstruct(each)) : [];
  return parts.filter(({ node }) => node.root !== at.node.root).map(({ node }) =>
    `must belong to the same App, for checks and network policies see no other, but '${node.path}' belongs to another; make it here, or describe it by a method 'from…' of its class`);
}

/** Judges what a method is given, records what is wrong with it, and tells whether one can go on with it. */
export function isSound<T>(at: IConstruct, method: string, rule: string, field: Field<T>, value: T): boolean {
  const problem = field.problem(value) ?? foreign(at, field, value).at(0);
  if (problem) {
    Graph.of(at).report(at, rule, ended(`What '${method}' is given ${problem}`));
  }
  return problem === undefined;
}

/** Throws where a method that makes a construct is given something else than an id: nothing could be made. */
export function requireId(at: IConstruct, method: string, id: string): void {
  if (typeof id !== 'string') {
    throw new Error(`[${at.node.path}] The id that '${method}' is given must be a text, but is ${shown(id)}.`);
  }
}

/** Of the props as they were given, those that are well-formed: for what is handed on in units. */
export function wellFormed<P extends object>(given: Given<P>, props: P): Partial<P> {
  return Object.fromEntries(Object.keys(props ?? {}).filter(key => key in given).map(key => [key, props[key as keyof P]])) as Partial<P>;
}
