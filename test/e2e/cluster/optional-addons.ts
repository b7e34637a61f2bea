import * as fs from 'node:fs';
import * as path from 'node:path';
import { ADDONS_FOLDER, fillIn } from './addons';
import { kubectl } from './control-plane';
import { problems } from './health';
import { Image } from './images';
import { ensureKedaImages, kedaValues } from './keda';
import { Machine } from './machine';
import { NODES } from './network';
import { importImages } from './node';
import type { Progress } from './rig';
import { stateFolder } from './state';
import { poll } from '../../programs/process';
import { sourceFolder } from '../../programs/source';

const SERVED_MILLISECONDS = 60_000;
const READY_MILLISECONDS = 180_000;

/** What a cluster may have, and the rig has once a test has asked for it. */
export interface OptionalAddon {
  /** What one gets, in a few words. */
  readonly gives: string;
  /** Files of the CustomResourceDefinitions, in the upstream's source. */
  readonly definitions: () => Promise<string[]>;
  /** Builds and makes its images. */
  readonly images?: () => Promise<Image[]>;
  /** Its other objects, as YAML. */
  readonly objects?: () => Promise<string>;
  /** What `kubectl` is asked, and answers without an error once it works. */
  readonly ready?: readonly (readonly string[])[];
}

async function sourceFiles(program: string, folder: string, names: RegExp = /\.yaml$/): Promise<string[]> {
  const definitions = path.join(await sourceFolder(program), folder);
  return fs.readdirSync(definitions).filter(name => names.test(name)).map(name => path.join(definitions, name));
}

/** The addons that the rig does not have by itself, by name. */
export const OPTIONAL_ADDONS: Readonly<Record<string, OptionalAddon>> = {
  'keda': {
    gives: 'KEDA, which scales by ScaledObjects',
    images: ensureKedaImages,
    definitions: () => sourceFiles('keda-operator', 'config/crd/bases'),
    objects: async () => fillIn(fs.readFileSync(path.join(ADDONS_FOLDER, 'optional', 'keda.yaml'), 'utf8'), await kedaValues()),
    ready: [
      ['rollout', 'status', '--namespace=keda', '--timeout=15s', 'deployment/keda-operator', 'deployment/keda-metrics-apiserver'],
      ['wait', '--for=condition=Available', '--timeout=15s', 'apiservice/v1beta1.external.metrics.k8s.io'],
    ],
  },
  'prometheus-operator-definitions': {
    gives: 'ServiceMonitor, PodMonitor, Probe and ScrapeConfig, with no operator that acts on them',
    definitions: () => sourceFiles('prometheus-config-reloader', 'example/prometheus-operator-crd', /_(servicemonitors|podmonitors|probes|scrapeconfigs)\.yaml$/),
  },
};

/**
 * The optional addon of a name.
 *
 * @throws when there is none.
 */
export function optionalAddon(name: string): OptionalAddon {
  if (Object.hasOwn(OPTIONAL_ADDONS, name)) return OPTIONAL_ADDONS[name];
  throw new Error(`There is no addon '${name}'. Known: ${Object.keys(OPTIONAL_ADDONS).join(', ')}.`);
}

/** Asks until there is no error; the last one is thrown. */
async function untilAnswered(args: readonly string[], timeoutMilliseconds: number): Promise<void> {
  const ask = () => kubectl(...args);
  if (await poll(ask, timeoutMilliseconds) === undefined) await ask();
}

const filenames = (files: readonly string[]) => files.map(file => `--filename=${file}`);

/**
 * Gives the rig an addon that it does not have by itself. One that it has is brought up to date.
 *
 * @throws when the rig is not ready, or the addon does not become so.
 */
export async function add(name: string, progress: Progress): Promise<void> {
  const { images, definitions, objects, ready } = optionalAddon(name);
  const made = await images?.() ?? [];
  const found = await problems();
  if (found.length > 0) throw new Error(`The rig in ${stateFolder()} is not ready for the addon '${name}': ${found.join('; ')}. Boot it with 'npm run e2e:cluster -- up'.`);
  await Promise.all(NODES.map(node => importImages(Machine.running(node.name), made)));
  if (made.length > 0) progress(`each node has ${made.length} images of ${name}`);
  const definitionFiles = filenames(await definitions());
  await kubectl('apply', '--server-side', ...definitionFiles);
  await untilAnswered(['wait', '--for=condition=Established', '--timeout=15s', ...definitionFiles], SERVED_MILLISECONDS);
  if (objects) {
    const file = path.join(stateFolder(), `${name}.yaml`);
    // It may hold keys.
    fs.writeFileSync(file, await objects(), { mode: 0o600 });
    await kubectl('apply', '--server-side', ...filenames([file]));
  }
  for (const question of ready ?? []) await untilAnswered(question, READY_MILLISECONDS);
  progress(`the rig has ${name}`);
}
