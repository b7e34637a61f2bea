import { isDeepStrictEqual } from 'node:util';
import type { Step } from './engine';
import { hasUnknown } from './provider/properties';

/** An object as inputs describe it. */
interface Described {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly template?: unknown };
}

/** Kind and name of the object of a step. */
export function objectOf({ inputs }: Step): string {
  const { kind, metadata } = inputs as Described;
  return `${kind}/${metadata?.name}`;
}

/** All texts, numbers and switches in a value, by their paths. */
export function leaves(value: unknown, path: string = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...leaves(item, path ? `${path}.${key}` : key)]));
}

/** Where a preview shows a value as unknown, and what stood there in the end. */
export interface Revealed {
  readonly name: string;
  readonly path: string;
  readonly value: string;
}

/** What a preview did not know of the resources that were then made. @throws when it knew something that turned out to be something else */
export function revealed(preview: readonly Step[], made: readonly Step[]): Revealed[] {
  const inTheEnd = new Map(made.map(step => [step.urn, leaves(step.inputs)]));
  return preview.flatMap(({ urn, name, inputs }) => [...leaves(inputs)].flatMap(([path, value]): Revealed[] => {
    // Of a list or a map that was not known as a whole, the parts.
    const end = [...inTheEnd.get(urn) ?? []].filter(([at]) => at === path || at.startsWith(`${path}.`)).map(([, part]) => part);
    if (hasUnknown(value)) return [{ name, path, value: end.join(' ') }];
    if (!isDeepStrictEqual([value], end)) throw new Error(`${name}: ${path} is ${String(value)} in the preview, and ${end.join(' ')} in the end.`);
    return [];
  }));
}

/** Steps that change something. */
export const changing = (steps: readonly Step[]): Step[] => steps.filter(({ op }) => op !== 'same');

/** Those that make another object in the place of one, or remove one. */
export const replacing = (steps: readonly Step[]): Step[] => steps.filter(({ op }) => /replace|delete/.test(op));

/** Names of the StatefulSets and Deployments whose pods have to be new. */
export const rolling = (steps: readonly Step[]): string[] => changing(steps)
  .filter(({ changes, inputs }) => /^(StatefulSet|Deployment)$/.test((inputs as Described).kind ?? '') && Object.keys(changes).some(path => path.startsWith('spec.template')))
  .map(({ inputs }) => (inputs as Described).metadata?.name ?? '');

/** Objects in whose inputs a text stands. */
export const holding = (steps: readonly Step[], text: string): Step[] => steps.filter(({ inputs }) => JSON.stringify(inputs).includes(text));

/** Whether the pods of a workload name one of the objects. */
export function uses(workload: Step, objects: readonly Step[]): boolean {
  const texts = new Set([...leaves((workload.inputs as Described).spec?.template).values()]);
  return objects.some(({ inputs }) => texts.has((inputs as Described).metadata?.name));
}
