import * as fs from 'node:fs';
import * as path from 'node:path';
import { shown } from '../core/field';
import type { CapacityPlan } from '../plan/capacity-plan';
import type { Topology } from '../topology/topology';

/** Writes what explains a platform beside its YAML. */
export function writeDocuments(folder: string, plan: CapacityPlan, topology: Topology): void {
  if (typeof folder !== 'string' || folder === '') {
    throw new Error(`What 'writePlan' is given must be the path of a folder, but is ${shown(folder)}.`);
  }
  fs.mkdirSync(folder, { recursive: true });
  const documents = {
    'plan.md': plan.toMarkdown(),
    'plan.json': plan.toJson(),
    'topology.mmd': topology.toMermaid(),
    'topology.svg': topology.toSvg(),
  };
  for (const [file, text] of Object.entries(documents)) {
    fs.writeFileSync(path.join(folder, file), text);
  }
}
