import type { SecretValue } from 'cdk8s-plus-28';
import { Base, duration, Field, isRecord, list, secretValue, struct } from '../core/fields';
import { secretPath } from '../core/secret-files';
import { durationText } from '../core/units';

/** Where Secrets are mounted; each is a folder, each of its keys that is used a file. */
export const SECRETS = '/etc/alertmanager/secrets';

/** A prop that is a field of Alertmanager's configuration. */
export interface Row<T> extends Field<T> {
  /** Name of the field. @default - that of the prop, in snake case */
  readonly key?: string;
  /** How the value stands there. @default - as it is */
  readonly print?: (value: Base<T>) => unknown;
  /** Keys of Secrets that the value names. @default - none */
  readonly secrets?: (value: Base<T>) => SecretValue[];
}

/** One row a prop. */
export type Rows<P> = { readonly [K in keyof P]-?: Row<NonNullable<P[K]>> };

/** A row under another name than the prop's. */
export const keyed = <T>(key: string, field: Row<T>): Row<T> => ({ ...field, key });

export const span = (range: Parameters<typeof duration>[0] = {}) => ({ ...duration(range), print: durationText });

/** A key of a Secret, read as a file. */
export const secret = (key: string): Row<SecretValue> => ({
  ...secretValue(),
  key,
  print: value => secretPath(SECRETS, value),
  secrets: value => [value],
});

/** A struct with rows of its own. */
export const nested = <T extends object>(rows: Rows<T>): Row<T> => ({
  ...struct<T>(rows),
  print: value => printRows(rows, value as T),
  secrets: value => secretsIn(rows, value as T),
});

/** A list of such structs. */
export const nestedList = <T extends object>(rows: Rows<T>): Row<T[]> => ({
  ...list(struct<T>(rows)),
  print: value => (value as T[]).map(each => printRows(rows, each)),
  secrets: value => (value as T[]).flatMap(each => secretsIn(rows, each)),
});

/** A prop that is no field of the configuration. */
export const unprinted = <T>(field: Field<T>): Row<T> => ({ ...field, key: '' });

const snake = (prop: string): string => prop.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

function wellFormed<P extends object>(rows: Rows<P>, props: P): [string, Row<unknown>, unknown][] {
  const table = rows as unknown as Record<string, Row<unknown>>;
  const values: Record<string, unknown> = isRecord(props) ? props : {};
  return Object.keys(table).filter(name => values[name] !== undefined && table[name].problem(values[name]) === undefined)
    .map(name => [name, table[name], table[name].base(values[name])]);
}

/** The fields of the configuration, in the order of the rows; props that are wrong are reported elsewhere and left out. */
export function printRows<P extends object>(rows: Rows<P>, props: P): Record<string, unknown> {
  const printed: Record<string, unknown> = {};
  for (const [name, { key = snake(name), print = same }, value] of wellFormed(rows, props)) {
    if (key) {
      printed[key] = print(value);
    }
  }
  return printed;
}

const same = (value: unknown): unknown => value;

/** The keys of Secrets that are read as files. */
export function secretsIn<P extends object>(rows: Rows<P>, props: P): SecretValue[] {
  return wellFormed(rows, props).flatMap(([, row, value]) => row.secrets?.(value) ?? []);
}
