import type { IConstruct } from 'constructs';
import { Graph } from './graph';

/** What is made of the finished tree, made anew only after a change of the graph: it is asked for to be judged, and again to be printed. */
export function remembered<T>(at: IConstruct, make: () => T): () => T {
  let revision: number | undefined;
  let made: T;
  return () => {
    if (revision !== Graph.of(at).revision) {
      made = make();
      revision = Graph.of(at).revision;
    }
    return made;
  };
}
