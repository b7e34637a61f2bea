import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Exec, type V1Status } from '@kubernetes/client-node';
import type { Cluster } from './cluster';

/** What a command in a container printed, and how it ended. */
export interface Executed {
  /** Exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A container of a pod. */
export interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Runs a program of the container's own image to its end. @throws when it cannot be started */
export async function execIn(cluster: Cluster, { namespace, pod, container }: Container, command: string[]): Promise<Executed> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(stdout), text(stderr)]);
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(cluster.config).exec(namespace, pod, container, command, stdout, stderr, null, false, resolve)
      .then(socket => { socket.onclose = () => reject(new Error(`The connection to '${command.join(' ')}' in ${pod} broke.`)); }).catch(reject);
  }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [out, err] = await printed;
  const exit = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.status !== 'Success' && exit === undefined) throw new Error(`'${command.join(' ')}' cannot be run in ${pod}: ${status.message}`);
  return { code: Number(exit ?? 0), stdout: out, stderr: err };
}
