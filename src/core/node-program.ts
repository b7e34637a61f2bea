import type { IConstruct } from 'constructs';
import type { Container, EnvVar, VolumeMount } from 'kubernetes-types/core/v1';
import type { ProgramName } from './images';
import { imageFor } from './platform';
import { CONTAINER_SECURITY, containerResources } from './pod';
import type { WorkloadPort } from './pod-workload';
import type { ProgramResources } from './program-options';

// Programs of this package stand in ConfigMaps as they can be read, and Node runs them.

/** The file with what a program is told. */
export const PROGRAM_CONFIG = 'config.json';

/** The files of a program, and what it is told, for a ConfigMap. */
export const nodeFiles = (program: Record<string, string>, config?: () => object): Record<string, () => string> => ({
  ...Object.fromEntries(Object.entries(program).map(([file, text]) => [file, () => text])),
  ...config && { [PROGRAM_CONFIG]: () => `${JSON.stringify(config(), undefined, 2)}\n` },
});

/** A program in a pod of something else. */
interface NodeContainer {
  readonly name: string;
  readonly program: ProgramName;
  readonly args: string[];
  readonly env?: EnvVar[];
  /** Where it serves its metrics. @default - nowhere */
  readonly web?: WorkloadPort;
  readonly resources: ProgramResources;
  readonly mounts: VolumeMount[];
}

export function nodeContainer(at: IConstruct, { name, program, args, env, web, resources, mounts }: NodeContainer): Container {
  return {
    name,
    image: imageFor(at, program),
    imagePullPolicy: 'IfNotPresent',
    command: ['node'],
    args,
    env,
    ports: web && [{ name: web.name, containerPort: web.port, protocol: 'TCP' }],
    resources: containerResources(resources),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: mounts,
  };
}
