import type { Testbed } from './testbed';
import { Exposition } from '../harness/exposition';
import { Forward } from '../harness/forward';

/** What one pod says of itself: the sum over a metric's series; NaN where it has none. @throws while it does not answer */
export async function metricOf({ cluster, namespace }: Pick<Testbed, 'cluster' | 'namespace'>, pod: string, port: number, name: string): Promise<number> {
  const forward = await Forward.to(cluster, { namespace, pod, port });
  try {
    return new Exposition(await forward.get('/metrics')).sum(name) ?? NaN;
  } finally {
    forward.close();
  }
}
