import type { Container, PodSpec } from 'kubernetes-types/core/v1';

/** What pods need of a Secret. */
interface SecretUse {
  readonly name?: string;
  /** @default - the whole Secret */
  readonly keys?: string[];
  readonly optional?: boolean;
}

/** All Secrets of a pod. A patch may leave null, which the API takes for nothing. */
export function secretUses({ volumes, initContainers, containers, imagePullSecrets }: Partial<PodSpec> = {}): SecretUse[] {
  return [
    ...(volumes ?? []).flatMap(({ secret, projected }) => [
      ...(secret ? [{ ...secret, name: secret.secretName }] : []),
      ...(projected?.sources ?? []).flatMap(source => source.secret ?? []),
    ]).map(({ name, items, optional }) => ({ name, keys: items?.map(({ key }) => key), optional })),
    ...[...initContainers ?? [], ...containers ?? []].flatMap(variablesOf),
    ...imagePullSecrets ?? [],
  ];
}

const variablesOf = ({ env, envFrom }: Container): SecretUse[] => [
  ...(env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []).map(({ name, key, optional }) => ({ name, keys: [key], optional })),
  ...(envFrom ?? []).flatMap(({ secretRef }) => secretRef ?? []),
];
