import * as fs from 'node:fs';
import * as path from 'node:path';

/** Texts by the names of their files. */
export type Files = ReadonlyMap<string, string>;

/** Writes files into a folder that is not there yet. */
export function writeFiles(folder: string, files: Files): void {
  fs.mkdirSync(folder, { recursive: true });
  files.forEach((text, name) => fs.writeFileSync(path.join(folder, name), text));
}

/**
 * A folder whose `current` is a symbolic link to one of its versions, as the kubelet does it for ConfigMaps: whoever reads sees all files of
 * one version, and never a file that is half written.
 */
export class RuleFolder {
  private readonly link: string;

  constructor(private readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.link = path.join(folder, 'current');
  }

  /** The files in force; none before the first version. */
  public read(): Files {
    const names = fs.existsSync(this.link) ? fs.readdirSync(this.link) : [];
    return new Map(names.map(name => [name, fs.readFileSync(path.join(this.link, name), 'utf8')]));
  }

  /** Puts another version in force. The last one stays until the next, for somebody may be reading it. */
  public write(files: Files): void {
    const versions = this.versions();
    const next = String(Math.max(0, ...versions) + 1);
    const last = fs.existsSync(this.link) ? Number(fs.readlinkSync(this.link)) : undefined;
    writeFiles(path.join(this.folder, next), files);
    const made = path.join(this.folder, `link-${next}`);
    fs.rmSync(made, { force: true });
    fs.symlinkSync(next, made);
    fs.renameSync(made, this.link);
    versions.filter(version => version !== last).forEach(version => fs.rmSync(path.join(this.folder, String(version)), { recursive: true }));
  }

  /** Versions, also of a write that did not come to its end. */
  private versions(): number[] {
    return fs.readdirSync(this.folder).filter(name => /^\d+$/.test(name)).map(Number);
  }
}
