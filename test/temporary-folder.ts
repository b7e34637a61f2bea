import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const made: string[] = [];

afterAll(() => made.forEach(folder => fs.rmSync(folder, { recursive: true, force: true })));

/** A new folder, which goes with the tests of the file, also where they fail. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-thanos-test-'));
  made.push(folder);
  return folder;
}
