import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { IMAGES, ProgramName } from '../../src/core/images';

const SRC = path.join(__dirname, '..', '..', 'src');

const PROGRAMS: Record<string, ProgramName> = { Thanos: ProgramName.THANOS, Prometheus: ProgramName.PROMETHEUS, Alertmanager: ProgramName.ALERTMANAGER };

/** The version of Prometheus that Thanos has on board. */
const OTHERS = ['Prometheus 3.9'];

/** All texts of a file, without comments. */
function textsOf(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, fs.readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.Latest));
  return texts;
}

const spoken = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
  .flatMap(file => textsOf(file).flatMap(text => [...text.matchAll(/\b(Thanos|Prometheus|Alertmanager) (\d+\.\d+)/g)].map(([version, program, minor]) => ({ file, version, program, minor }))))
  .filter(({ version }) => !OTHERS.includes(version));

test('the walk finds versions in messages', () => {
  expect(spoken.map(({ file }) => file)).toContain(path.join('core', 'thanos.ts'));
});

test('what messages say of a version was tried with the one that is run', () => {
  expect(spoken.filter(({ program, minor }) => !`${IMAGES[PROGRAMS[program]].version}.`.startsWith(`${minor}.`))).toEqual([]);
});
