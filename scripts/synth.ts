import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Runs `cdk8s synth` in the named examples, or in all of them. */
const examples = path.join(__dirname, '..', 'examples');
const all = fs.readdirSync(examples).filter(name => fs.existsSync(path.join(examples, name, 'cdk8s.yaml'))).sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no example ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  process.exit(1);
}
const cdk8s = path.join(__dirname, '..', 'node_modules', '.bin', 'cdk8s');
for (const example of wanted.length > 0 ? wanted : all) {
  const folder = path.join(examples, example);
  for (const output of ['dist', 'plan']) {
    fs.rmSync(path.join(folder, output), { recursive: true, force: true });
  }
  console.log(`examples/${example}`);
  execFileSync(cdk8s, ['synth', '--check-upgrade=false'], { cwd: folder, stdio: ['inherit', 'ignore', 'inherit'] });
  console.log(`  YAML in examples/${example}/dist${fs.existsSync(path.join(folder, 'plan')) ? `, plan and picture in examples/${example}/plan` : ''}`);
}
