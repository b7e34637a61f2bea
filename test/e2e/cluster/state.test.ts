import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createState, exclusively, hasState, isRunning, kill, record, recordedProcesses, removeState, startTimeIn, stateFolder } from './state';

const fields = (state: string) => `${state} 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 998877 0 0`;

describe('start of a process', () => {
  test.each(['sh', 'a b', 'a) S 1 (b'])('whose name is "%s"', name => {
    expect(startTimeIn(`42 (${name}) ${fields('S')}`)).toBe('998877');
  });

  test('that has ended and is not reaped yet', () => {
    expect(startTimeIn(`42 (sh) ${fields('Z')}`)).toBeUndefined();
  });
});

// What follows reads /proc.
(process.platform === 'linux' ? describe : describe.skip)('state of the rig', () => {
  const before = process.env.CDK8S_THANOS_RIG;
  let parent: string;
  beforeEach(() => {
    parent = fs.mkdtempSync(path.join(os.tmpdir(), 'rig-state-'));
    process.env.CDK8S_THANOS_RIG = path.join(parent, 'rig');
  });
  afterEach(() => {
    fs.rmSync(parent, { recursive: true });
    if (before === undefined) delete process.env.CDK8S_THANOS_RIG;
    else process.env.CDK8S_THANOS_RIG = before;
  });

  test('holds processes until it is removed', () => {
    expect(recordedProcesses().size).toBe(0);
    createState();
    record('this', process.pid);
    expect(isRunning(recordedProcesses().get('this')!)).toBe(true);
    removeState();
    expect(hasState()).toBe(false);
    expect(fs.existsSync(stateFolder())).toBe(false);
  });

  test('does not take a process for another of the same id', () => {
    createState();
    record('this', process.pid);
    const later = { ...recordedProcesses().get('this')!, started: 'another boot/1' };
    expect(isRunning(later)).toBe(false);
    // Would end this very process.
    kill(later);
  });

  test('refuses a process that has ended', () => {
    createState();
    const { pid } = spawnSync('true');
    expect(() => record('true', pid)).toThrow(`The process 'true' (${pid}) ended as soon as it was started.`);
  });

  test("refuses a folder with somebody else's files, and never removes it", () => {
    fs.mkdirSync(stateFolder());
    fs.writeFileSync(path.join(stateFolder(), 'precious'), '');
    expect(() => createState()).toThrow(`The state folder ${stateFolder()} is not empty and is no rig's`);
    removeState();
    expect(fs.existsSync(path.join(stateFolder(), 'precious'))).toBe(true);
  });

  test('is changed by one at a time', async () => {
    await exclusively(async () => {
      await expect(exclusively(async () => undefined)).rejects.toThrow(`Another process (${process.pid}) is changing the rig in ${stateFolder()}.`);
    });
    await expect(exclusively(async () => 'done')).resolves.toBe('done');
  });

  test('does not stay locked by one that was killed', async () => {
    fs.writeFileSync(`${stateFolder()}.lock`, JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
    await expect(exclusively(async () => 'done')).resolves.toBe('done');
  });
});
