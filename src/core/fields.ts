import type { IConstruct } from 'constructs';
import { checkCoveredFlags } from './checks/extra-args';
import { Field, Fields, Given, isRecord, problemsOf, rowsOf, shown } from './field';
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
  for (const key of (Object.keys(stated) as Key[]).filter(name => stated[name] !== undefined && !wrong.some(([other]) => other === name))) {
    given[key] = rows[key]!.base(stated[key]) as Given<P>[typeof key];
  }
  const problems = [
    ...(isRecord(props) || props === undefined ? [] : [`${prefix ? `'${prefix.slice(0, -1)}'` : 'The props'} must be an object, but ${prefix ? 'is' : 'are'} ${shown(props)}.`]),
    ...wrong.map(([key, problem]) => `'${prefix}${key}' ${problem}.`),
  ];
  if (Object.keys(fields).some(key => rows[key]!.required && rows[key]!.opaque && !(key in given))) {
    throw new Error(`[${at.node.path}] ${problems.join(' ')}`);
  }
  problems.forEach(problem => Graph.of(at).report(at, 'invalid-prop', problem));
  checkCoveredFlags(at, fields, (given as Given<{ extraArgs?: string[] }>).extraArgs, prefix);
  return given;
}

/** Judges what a method is given, records what is wrong with it, and tells whether one can go on with it. */
export function isSound<T>(at: IConstruct, method: string, rule: string, field: Field<T>, value: T): boolean {
  const problem = field.problem(value);
  if (problem) {
    Graph.of(at).report(at, rule, `What '${method}' is given ${problem}.`);
  }
  return problem === undefined;
}

/** Of the props as they were given, those that are well-formed: for what is handed on in units. */
export function wellFormed<P extends object>(given: Given<P>, props: P): Partial<P> {
  return Object.fromEntries(Object.entries(props ?? {}).filter(([key]) => key in given)) as Partial<P>;
}
