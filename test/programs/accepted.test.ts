import * as fs from 'node:fs';
import { ACCEPTED_FILE, AcceptedObject, Check, fingerprint } from './accepted';
import { Manifest } from './examples';
import { canBeTried, podOf } from './pods';
import { EXAMPLE_NAMES, printed } from '../examples/load';

const accepted = JSON.parse(fs.readFileSync(ACCEPTED_FILE, 'utf8')) as AcceptedObject[];

const checks = new Map(accepted.map(object => [object.sha256, object.checks]));

const lineOf = (kind: string, namespace: string | undefined, name: string, sha256: string) => `${kind} ${namespace ?? '-'}/${name} ${sha256.slice(0, 16)}`;

/** The checks that an object must have passed. */
function needed(example: string, manifest: Manifest): Check[] {
  const pod = podOf({ example, manifest });
  if (!pod) return ['apiserver'];
  return canBeTried(pod) ? ['apiserver', 'pod-security', 'started'] : ['apiserver', 'pod-security'];
}

// When this fails, the examples print something that no real program has seen: run 'npm run synth && npm run check:programs'.
test.each(EXAMPLE_NAMES)('the real programs accepted every object of %s as it is printed now', example => {
  const objects = printed(example).objects;
  const now = objects.map(object => lineOf(object.kind, object.metadata.namespace, object.metadata.name, fingerprint(object)));
  const stored = accepted.filter(object => object.example === example);
  expect(now.sort()).toEqual(stored.map(({ kind, namespace, name, sha256 }) => lineOf(kind, namespace, name, sha256)).sort());
});

test.each(EXAMPLE_NAMES)('every object of %s has passed all checks that it needs', example => {
  const objects = printed(example).objects;
  const lacking = objects.map(object => {
    const passed = checks.get(fingerprint(object)) ?? [];
    return { object: `${object.kind} ${object.metadata.name}`, lacks: needed(example, object).filter(check => !passed.includes(check)) };
  });
  expect(lacking.filter(({ lacks }) => lacks.length > 0)).toEqual([]);
});
