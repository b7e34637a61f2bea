import * as fs from 'node:fs';
import * as path from 'node:path';

/** Bytes of all files below a folder; those that vanish meanwhile count nothing. */
export function bytesIn(folder: string): number {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.map(entry => sizeOf(path.join(entry.parentPath, entry.name))).reduce((sum, size) => sum + size, 0);
}

function sizeOf(file: string): number {
  try {
    return fs.statSync(file).size;
  } catch {
    return 0;
  }
}

/** Folders of a name anywhere below a folder. */
export function foldersNamed(folder: string, name: string): string[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name === name).map(entry => path.join(entry.parentPath, entry.name));
}
