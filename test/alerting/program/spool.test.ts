import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Spool } from '../../../src/alerting/program/spool';

const MINUTE = 60_000;
let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'spool-'));
  file = path.join(folder, 'events.jsonl');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const spool = (limits = { rotateBytes: 100, maxBytes: 1000 }) => new Spool(folder, 'events.jsonl', limits);
const write = (...lines: string[]) => fs.appendFileSync(file, lines.map(line => `${line}\n`).join(''));
const names = () => fs.readdirSync(folder).filter(name => name !== 'state.json').sort();

/** All that waits, in batches. */
function drained(of: Spool): string[] {
  const lines: string[] = [];
  for (let batch = of.next(); batch; batch = of.next()) {
    lines.push(...batch.lines);
    batch.stored();
  }
  return lines;
}

test('an empty folder has nothing', () => {
  expect([spool().next(), spool().pending, spool().tidy()]).toEqual([undefined, 0, 0]);
});

test('lines come once they are complete, and once', () => {
  const one = spool();
  write('a', 'b');
  fs.appendFileSync(file, 'half');
  expect(drained(one)).toEqual(['a', 'b']);
  expect(one.pending).toBe(4);
  fs.appendFileSync(file, ' of it\n');
  expect(drained(one)).toEqual(['half of it']);
});

test('lines that are not stored come again, also after a restart', () => {
  write('a', 'b');
  expect(spool().next()!.lines).toEqual(['a', 'b']);
  const again = spool();
  expect(drained(again)).toEqual(['a', 'b']);
  write('c');
  expect(drained(spool())).toEqual(['c']);
});

test('a large file is rotated, goes on to be read, and is deleted when it is stored and still', () => {
  const one = spool();
  write('a'.repeat(120));
  expect(one.tidy(1000)).toBe(0);
  expect(names()).toEqual(['events.jsonl.1000']);
  // Alertmanager has not yet seen that it was renamed.
  fs.appendFileSync(`${file}.1000`, 'late\n');
  write('new');
  expect(drained(one)).toEqual(['a'.repeat(120), 'late', 'new']);
  one.tidy(Date.now() + 1000);
  expect(names()).toEqual(['events.jsonl', 'events.jsonl.1000']);
  one.tidy(Date.now() + MINUTE);
  expect(names()).toEqual(['events.jsonl']);
});

test('what waits too long for too little room is given up, the oldest first', () => {
  const one = spool({ rotateBytes: 100, maxBytes: 250 });
  const lost = [1000, 2000, 3000].map(time => {
    write(String(time).repeat(30));
    return one.tidy(time);
  });
  expect(lost).toEqual([0, 0, 121]);
  expect(names()).toEqual(['events.jsonl.2000', 'events.jsonl.3000']);
  expect(drained(one)).toEqual(['2000'.repeat(30), '3000'.repeat(30)]);
});

test('a state that cannot be read is none', () => {
  write('a');
  drained(spool());
  fs.writeFileSync(path.join(folder, 'state.json'), '[[1');
  expect(drained(spool())).toEqual(['a']);
});
