import * as fs from 'node:fs';
import * as path from 'node:path';

const SERVICE_DISCOVERY = /^( *)kubernetes_sd_configs:\n(?:\1 {2}.*\n)+/gm;

/** Lets client libraries of Kubernetes find an API server at a URL when `HOME` is this folder: a pod's own way to it is a fixed path. */
export function writeKubeconfig(home: string, server: string): void {
  const name = 'neighbour';
  const config = {
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name, cluster: { server } }],
    'users': [{ name, user: {} }],
    'contexts': [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  const folder = path.join(home, '.kube');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'config'), JSON.stringify(config));
}

/** A configuration of Prometheus' service discovery that looks for its targets at a URL; nothing else of its text changes. */
export function discoveringAt(server: string, text: string): string {
  return text.replace(SERVICE_DISCOVERY, (block, indent: string) => block.replaceAll(`\n${indent}  - `, `\n${indent}  - api_server: ${server}\n${indent}    `));
}
