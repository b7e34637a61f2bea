import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExampleObject, Manifest } from './examples';

/** What the real programs say of an object. */
export type Check =
  /** A kube-apiserver takes it: strict fields, validation, admission. */
  | 'apiserver'
  /** Its pods may run in a namespace that enforces Pod Security `restricted`. */
  | 'pod-security'
  /** Programs that run with it have read it. */
  | 'read'
  /** Its programs start with the arguments and files that they are given. */
  | 'started';

/** An object that passed, as it is stored. */
export interface AcceptedObject {
  readonly example: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of the object as JSON with sorted fields. */
  readonly sha256: string;
  readonly checks: readonly Check[];
}

/** Where the objects that passed are stored. Not accepted.json: Node would take that for this module. */
export const ACCEPTED_FILE = path.join(__dirname, 'accepted-objects.json');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, child]) => [key, sorted(child)]));
}

/** SHA-256 of an object as JSON with sorted fields: the same for the same content, however the YAML is written. */
export function fingerprint(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(sorted(manifest))).digest('hex');
}

/** The objects that the real programs accepted, to be stored so that tests without these programs can compare. */
export class Accepted {
  private readonly checks = new Map<ExampleObject, Set<Check>>();

  /** Notes that an object has passed a check. */
  public add(object: ExampleObject, check: Check): void {
    const known = this.checks.get(object) ?? new Set();
    this.checks.set(object, known.add(check));
  }

  /** Writes `accepted-objects.json`, one object a line. */
  public store(): void {
    const lines = [...this.checks].map(([{ example, manifest }, checks]): AcceptedObject => ({
      example,
      kind: manifest.kind,
      ...manifest.metadata.namespace !== undefined && { namespace: manifest.metadata.namespace },
      name: manifest.metadata.name,
      sha256: fingerprint(manifest),
      checks: [...checks].sort(),
    })).map(object => `  ${JSON.stringify(object)}`).sort();
    fs.writeFileSync(ACCEPTED_FILE, `[\n${lines.join(',\n')}\n]\n`);
  }
}
