import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../examples';
import { poll } from '../process';
import { sourceFolder } from '../source';
import type { ApiClient } from './api-client';

/** Where the source of a program defines the kinds of a group; the program itself need not be built. */
const GROUPS: Readonly<Record<string, { readonly program: string; readonly folder: string }>> = {
  'monitoring.coreos.com': { program: 'prometheus-config-reloader', folder: 'example/prometheus-operator-crd' },
  'keda.sh': { program: 'keda-operator', folder: 'config/crd/bases' },
};

async function definitionsOf(group: string, objects: readonly Manifest[]): Promise<Manifest[]> {
  const kinds = new Set(objects.filter(({ apiVersion }) => apiVersion.startsWith(`${group}/`)).map(({ kind }) => kind));
  if (kinds.size === 0) return [];
  const { program, folder: subfolder } = GROUPS[group];
  const folder = path.join(await sourceFolder(program), subfolder);
  const definitions = fs.readdirSync(folder).map(file => parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Manifest);
  return definitions.filter(({ spec }) => {
    const defined = spec as { group: string; names: { kind: string } };
    return defined.group === group && kinds.has(defined.names.kind);
  });
}

/** The definitions of those kinds of objects that are not Kubernetes' own, from the sources of the programs that they are for. */
export async function customDefinitions(objects: readonly Manifest[]): Promise<Manifest[]> {
  return (await Promise.all(Object.keys(GROUPS).map(group => definitionsOf(group, objects)))).flat();
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
