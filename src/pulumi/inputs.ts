import { type Input, Output } from '@pulumi/pulumi';
import type { ISecret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** What a function that makes a prop is given beside the scope for its constructs. */
export interface Known {
  /**
   * The value of an Output. The function runs when it is known; in a preview that cannot know it, a name stands for it, and what is made of it
   * is shown as unknown.
   */
  <T>(input: Input<T>): T;
  /**
   * A Secret of these entries, made with the platform: the values stay Outputs, in the state they are secret, and pods that read them at
   * their start roll when one changes.
   */
  secret(scope: Construct, id: string, entries: Record<string, Input<string>>): ISecret;
}

/**
 * Makes a prop: a construct in `scope`, or what is made by a factory, of values of Outputs. It may run more than once and must always ask for
 * the same Outputs in the same order.
 */
export type Made<T> = (scope: Construct, known: Known) => T;

type Scalar = string | number | boolean;

/** What holds props, with Outputs within. */
type Within<T> = T extends (infer Item)[] ? Inputs<Item>[] : T extends object ? { readonly [Key in keyof T]: Inputs<T[Key]> } : never;

/**
 * Props in which an Output may stand for each text, number and switch, and a function for anything.
 */
export type Inputs<T> = T | Made<T> | Output<Extract<T, Scalar>> | Within<T>;

/** Whether it is an object that was written down as such, not one of a class. */
function isWritten(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype;
}

/** The props as cdk8s takes them. */
export function resolved<T>(inputs: Inputs<T>, scope: Construct, known: Known): T {
  const value = inputs as unknown;
  if (Output.isInstance(value) || value instanceof Promise) return known(value) as T;
  if (typeof value === 'function') return resolved((value as Made<T>)(scope, known) as Inputs<T>, scope, known);
  if (Array.isArray(value)) return value.map(item => resolved(item as Inputs<unknown>, scope, known)) as T;
  if (typeof value !== 'object' || value === null || !isWritten(value)) return value as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item as Inputs<unknown>, scope, known)])) as T;
}
