import * as fs from 'node:fs';
import { GENERATED_FILE, generatedModule } from '../../scripts/continuous-test';

// When this fails, the program has changed: run 'npx ts-node -T --project test/tsconfig.json scripts/continuous-test.ts'.
test('the program in the library is that of the sources', () => {
  expect(fs.readFileSync(GENERATED_FILE, 'utf8')).toBe(generatedModule());
});

test('it is small enough to be read, and for a ConfigMap', () => {
  expect(generatedModule().length).toBeLessThan(50_000);
});
