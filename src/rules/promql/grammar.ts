/** The grammar of Prometheus' own editor takes 17 ms to load, so it is loaded where there is an expression. */
export function grammar() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('@prometheus-io/lezer-promql') as typeof import('@prometheus-io/lezer-promql')).parser;
}

export type Tree = ReturnType<ReturnType<typeof grammar>['parse']>;
export type SyntaxNode = Tree['topNode'];
