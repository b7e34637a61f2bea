/** The grammar of Prometheus' own editor takes 17 ms to load, so it is loaded where there is an expression. */
function grammar() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('@prometheus-io/lezer-promql') as typeof import('@prometheus-io/lezer-promql')).parser;
}

/** Reads a text. What the grammar has no way on with is among the nodes, as an error. */
export function parseTree(text: string): Tree {
  const parse = grammar().startParse(text);
  for (;;) {
    // Beyond 300 operators in a row, Lezer gives up a tree and calls the next operand an error. It counts them in a field of the parse.
    Object.assign(parse, { bigReductionCount: 0 });
    const tree = parse.advance();
    if (tree) {
      return tree;
    }
  }
}

export type Tree = ReturnType<ReturnType<typeof grammar>['parse']>;
export type SyntaxNode = Tree['topNode'];
