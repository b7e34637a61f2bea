import * as pulumi from '@pulumi/pulumi';

/** A resource as the engine gets it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: any;
}

/** What Pulumi writes in place of a secret, and what it writes for a value that is not known. */
const SECRET = '4dabf18193072939515e22adb298388d';
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Pulumi's runtime without an engine: what is registered is listed. */
export function engine({ preview = false } = {}): Registered[] {
  const registered: Registered[] = [];
  void pulumi.runtime.setMocks({
    newResource: args => {
      registered.push(args);
      return { id: `${args.name}-id`, state: args.inputs };
    },
    call: ({ inputs }) => inputs,
  }, 'project', 'stack', preview);
  return registered;
}

/** Waits until all that a program has begun is done. */
export const settled = async (component: pulumi.ComponentResource): Promise<void> => {
  await (component as unknown as { getData(): Promise<unknown> }).getData();
  await new Promise(resolve => setTimeout(resolve, 500));
};

/** An Output as it is in a preview before its resource has been made. */
export const unknownOutput = <T>(): pulumi.Output<T> => pulumi.output(pulumi.unknown) as unknown as pulumi.Output<T>;

/** Paths of all values below a resource's inputs that are secret, or unknown. */
export function marked(value: any, kind: 'secret' | 'unknown', path = ''): string[] {
  if (kind === 'unknown' && (pulumi.isUnknown(value) || value === UNKNOWN)) return [path];
  if (typeof value !== 'object' || value === null) return [];
  if (SECRET in value) return kind === 'secret' ? [path] : marked(value.value, kind, path);
  return Object.entries(value).flatMap(([key, entry]) => marked(entry, kind, path ? `${path}.${key}` : key));
}

/** What is left of inputs when all that is secret has been taken out. */
export function withoutSecrets(value: any): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (SECRET in value) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)]));
}
