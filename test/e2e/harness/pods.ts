import type { V1Pod } from '@kubernetes/client-node';

/** A selector as the API server takes it. */
export const labelSelector = (labels: Readonly<Record<string, string>> = {}): string => Object.entries(labels).map(pair => pair.join('=')).join(',');

/** Whether a pod is Ready and not on its way out. */
export const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined && (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);

/** How often the containers of pods were restarted; pods without restarts are left out. */
export const restarts = (pods: readonly V1Pod[]): Record<string, number> => Object.fromEntries(pods
  .map(({ metadata, status }) => [metadata?.name, (status?.containerStatuses ?? []).reduce((total, { restartCount }) => total + restartCount, 0)] as const)
  .filter(([, count]) => count > 0));

/** Why a pod is not Ready, in one line, as far as its status tells. */
export function whyNotReady({ status }: V1Pod): string {
  const containers = [...status?.initContainerStatuses ?? [], ...status?.containerStatuses ?? []].flatMap(({ name, ready, state, lastState }) => {
    const { waiting, terminated } = state ?? {};
    const last = lastState?.terminated;
    return [
      ...(waiting ? [`${name} waits: ${[waiting.reason, waiting.message].filter(Boolean).join(', ')}`] : []),
      ...(terminated && terminated.exitCode !== 0 ? [`${name} ended with ${terminated.exitCode}`] : []),
      ...(last ? [`${name} ended before with ${last.exitCode}${last.reason ? ` (${last.reason})` : ''}`] : []),
      ...(state?.running && !ready ? [`${name} runs, but is not ready`] : []),
    ];
  });
  const conditions = (status?.conditions ?? []).filter(({ status: is, message }) => is === 'False' && message).map(({ message }) => message!);
  return [status?.phase ?? 'unknown', ...containers, ...(containers.length === 0 ? conditions : [])].join('; ');
}
