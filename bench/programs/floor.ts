import { readFileSync } from 'node:fs';
import { ApiObject, ApiObjectProps, App, Chart } from 'cdk8s';
import { reportRuns, reportUsage } from './report';

// floor.js <file of objects> <folder for the output> [--runs <count>]
//
// The least that any library on cdk8s can need: the same objects, ready-made, through bare ApiObjects.

const [file, outdir, mode, value] = process.argv.slice(2);

function synth(): void {
  const app = new App({ outdir });
  const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });
  const objects = JSON.parse(readFileSync(file, 'utf8')) as ApiObjectProps[];
  objects.forEach((object, index) => new ApiObject(chart, `object-${index}`, object));
  app.synth();
}

if (mode === '--runs') {
  reportRuns(Number(value), synth);
} else {
  synth();
  reportUsage();
}
