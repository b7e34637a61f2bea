import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../examples';
import { poll } from '../process';
import { sourceFolder } from '../source';
import type { ApiClient } from './api-client';

const GROUP = 'monitoring.coreos.com';

/** The definitions of the Prometheus Operator's kinds that objects have, from its source in the version of the config-reloader. */
export async function operatorDefinitions(objects: readonly Manifest[]): Promise<Manifest[]> {
  const kinds = new Set(objects.filter(({ apiVersion }) => apiVersion.startsWith(`${GROUP}/`)).map(({ kind }) => kind));
  if (kinds.size === 0) return [];
  const folder = path.join(await sourceFolder('prometheus-config-reloader'), 'example', 'prometheus-operator-crd');
  const definitions = fs.readdirSync(folder).map(file => parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Manifest);
  return definitions.filter(({ spec }) => kinds.has((spec as { names: { kind: string } }).names.kind));
}

/** Waits until the API server serves what was defined. */
export async function waitForDefinitions(client: ApiClient, definitions: readonly Manifest[]): Promise<void> {
  for (const { metadata } of definitions) {
    const served = await poll(async () => {
      const { body } = await client.request('GET', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`);
      const { status } = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
      return status?.conditions?.some(condition => condition.type === 'Established' && condition.status === 'True') || undefined;
    }, 10_000);
    if (!served) throw new Error(`The API server does not serve ${metadata.name}.`);
  }
}
