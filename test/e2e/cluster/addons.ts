import * as fs from 'node:fs';
import * as path from 'node:path';
import { kubectl } from './control-plane';
import { COREDNS_IMAGE, LOCAL_PATH_PROVISIONER_IMAGE, busyboxImage } from './images';
import { DNS_ADDRESS } from './network';
import { SMALL_VOLUMES } from './node';
import { stateFolder } from './state';
import { poll } from '../../programs/process';

/** The addons that every rig has; those of `optional/` it has when asked for. */
export const ADDONS_FOLDER = path.join(__dirname, 'addons');
const APPLIED_MILLISECONDS = 30_000;

/**
 * Puts values in the place of `${NAME}`.
 *
 * @throws when a name has no value.
 */
export function fillIn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (name in values) return values[name];
    throw new Error(`An addon has a placeholder '${name}' without a value. Known: ${Object.keys(values).join(', ')}.`);
  });
}

/** The addons as YAML. */
export function addons(): string {
  const values = { COREDNS_IMAGE, LOCAL_PATH_PROVISIONER_IMAGE, BUSYBOX_IMAGE: busyboxImage(), DNS_ADDRESS, SMALL_VOLUMES: SMALL_VOLUMES.folder };
  const files = fs.readdirSync(ADDONS_FOLDER).filter(file => file.endsWith('.yaml')).sort();
  return files.map(file => fillIn(fs.readFileSync(path.join(ADDONS_FOLDER, file), 'utf8'), values)).join('---\n');
}

/**
 * Applies the addons.
 *
 * @throws when the API server keeps refusing them.
 */
export async function applyAddons(): Promise<void> {
  const file = path.join(stateFolder(), 'addons.yaml');
  fs.writeFileSync(file, addons());
  const apply = () => kubectl('apply', '--server-side', '--filename', file);
  // kube-system is made by the API server itself, a moment after it is ready.
  if (await poll(async () => apply(), APPLIED_MILLISECONDS) === undefined) await apply();
}
