import { writeFileSync } from 'node:fs';
import { App, Chart } from 'cdk8s';
import { CASES } from './cases';
import { reportRuns, reportUsage } from './report';

// platform.js <case> <folder for the output> [--objects <file> | --runs <count>]

const [name, outdir, mode, value] = process.argv.slice(2);
const { build } = CASES.find(candidate => candidate.name === name)!;

function chart(): { app: App; chart: Chart } {
  const app = new App({ outdir });
  const made = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });
  build(made);
  return { app, chart: made };
}

if (mode === '--objects') {
  writeFileSync(value, JSON.stringify(chart().chart.toJson()));
} else if (mode === '--runs') {
  reportRuns(Number(value), () => chart().app.synth());
} else {
  chart().app.synth();
  reportUsage();
}
