import * as fs from 'node:fs';
import * as path from 'node:path';

/** Lines that wait, and what is told when they are stored. */
export interface Batch {
  readonly lines: string[];
  readonly stored: () => void;
}

interface Limits {
  readonly rotateBytes: number;
  readonly maxBytes: number;
}

const STATE = 'state.json';
const MOST_AT_ONCE = 1024 * 1024;
/** Milliseconds that a rotated file must have been still: Alertmanager may write to it until it has seen that it was renamed. */
const QUIET = 30_000;
/** Milliseconds after which a file is rotated that has not grown large. */
const OLDEST = 24 * 3600 * 1000;

/**
 * The files that Alertmanager writes and has written, and how far each is stored.
 *
 * Alertmanager opens its file anew when it is renamed. Places are kept by inode, which a rename leaves; they are written after the
 * database has confirmed, so that a crash in between stores lines again, which their keys turn into nothing.
 */
export class Spool {
  private readonly places: Map<number, number>;

  constructor(private readonly folder: string, private readonly file: string, private readonly limits: Limits) {
    this.places = new Map(this.readState());
  }

  /** Bytes that are not stored yet. */
  public get pending(): number {
    return this.files().reduce((bytes, { size, ino }) => bytes + Math.max(0, size - this.place(ino, size)), 0);
  }

  /** The oldest lines that are not stored; nothing if all are. */
  public next(): Batch | undefined {
    for (const { name, ino, size } of this.files()) {
      const from = this.place(ino, size);
      const chunk = this.read(name, from, Math.min(size - from, MOST_AT_ONCE));
      const end = chunk.lastIndexOf(0x0a) + 1;
      if (end > 0) {
        return { lines: chunk.toString('utf8', 0, end - 1).split('\n'), stored: () => this.keep(ino, from + end) };
      }
      if (chunk.length === MOST_AT_ONCE) {
        // A line that is longer than a batch is no event; it is passed over in pieces.
        return { lines: [chunk.toString('utf8')], stored: () => this.keep(ino, from + chunk.length) };
      }
    }
    return undefined;
  }

  /** Rotates the file, deletes what is stored, and gives up the oldest if too much waits. Gives the bytes that were given up. */
  public tidy(now = Date.now()): number {
    const files = this.files();
    const current = files.find(({ name }) => name === this.file);
    if (current && current.size > 0 && (current.size >= this.limits.rotateBytes || now - current.birth > OLDEST)) {
      fs.renameSync(path.join(this.folder, this.file), path.join(this.folder, `${this.file}.${now}`));
    }
    const rotated = files.filter(({ name }) => name !== this.file);
    rotated.filter(({ size, ino, changed }) => this.place(ino, size) >= size && now - changed > QUIET).forEach(({ name, ino }) => this.remove(name, ino));
    return this.giveUp(rotated);
  }

  private giveUp(rotated: ReturnType<Spool['files']>): number {
    let lost = 0;
    for (const { name, ino, size } of rotated) {
      if (this.pending <= this.limits.maxBytes) {
        break;
      }
      lost += size - this.place(ino, size);
      this.remove(name, ino);
    }
    return lost;
  }

  private remove(name: string, ino: number): void {
    fs.rmSync(path.join(this.folder, name), { force: true });
    this.places.delete(ino);
    this.writeState();
  }

  /** All files, the oldest first and the one that grows last. */
  private files() {
    const names = fs.readdirSync(this.folder).filter(name => name === this.file || name.startsWith(`${this.file}.`));
    return names.map(name => {
      const { size, ino, mtimeMs, birthtimeMs } = fs.statSync(path.join(this.folder, name));
      return { name, size, ino, changed: mtimeMs, birth: birthtimeMs };
    }).sort((one, other) => age(one.name, this.file) - age(other.name, this.file));
  }

  /** A file that has become shorter is another one. */
  private place(ino: number, size: number): number {
    const place = this.places.get(ino) ?? 0;
    return place > size ? 0 : place;
  }

  private read(name: string, from: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    const descriptor = fs.openSync(path.join(this.folder, name), 'r');
    try {
      return buffer.subarray(0, fs.readSync(descriptor, buffer, 0, length, from));
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private keep(ino: number, place: number): void {
    this.places.set(ino, place);
    this.writeState();
  }

  private readState(): [number, number][] {
    try {
      return JSON.parse(fs.readFileSync(path.join(this.folder, STATE), 'utf8')) as [number, number][];
    } catch {
      return [];
    }
  }

  private writeState(): void {
    const file = path.join(this.folder, STATE);
    fs.writeFileSync(`${file}.new`, JSON.stringify([...this.places]));
    fs.renameSync(`${file}.new`, file);
  }
}

const age = (name: string, current: string): number => (name === current ? Infinity : Number(name.slice(current.length + 1)));
