import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from './config';
import { type Files, writeFiles } from './folder';

/** Milliseconds after which a check that has not come to a verdict is given up. */
const TIMEOUT = 60_000;
/** Milliseconds between two questions to a check that serves its verdict. */
const POLL_INTERVAL = 50;
const LONGEST_REASON = 500;

/** No verdict: the check itself is at fault, or was killed. */
export class CheckFailed extends Error {}

/** A file that every check must accept. */
const SOUND: Files = new Map([['check.yaml', 'groups: []\n']]);

/** Asks the evaluator's own programs whether it would start with files. */
export class Checker {
  constructor(private readonly checks: readonly Check[], private readonly scratch: string) {}

  /**
   * Makes sure that the checks work: one that refuses everything would keep all rules out.
   *
   * @throws CheckFailed
   */
  public async prove(): Promise<void> {
    const reason = await this.tried(SOUND);
    if (reason !== undefined) {
      throw new CheckFailed(`the checks refuse a file without groups: ${reason}`);
    }
  }

  /**
   * Which of the files are refused, and why. All are tried together first, so that many sound files cost no more than one.
   *
   * @throws CheckFailed when there is no verdict.
   */
  public async refused(files: Files): Promise<Map<string, string>> {
    const reason = files.size > 0 ? await this.tried(files) : undefined;
    if (reason === undefined) {
      return new Map();
    }
    if (files.size === 1) {
      return new Map([...files.keys()].map(name => [name, reason]));
    }
    const all = [...files];
    const half = Math.ceil(all.length / 2);
    const found = new Map([...await this.refused(new Map(all.slice(0, half))), ...await this.refused(new Map(all.slice(half)))]);
    // Each half alone is fine: then it is nobody's fault alone, and neither may come in.
    return found.size > 0 ? found : new Map(all.map(([name]) => [name, `together with others: ${reason}`]));
  }

  private async tried(files: Files): Promise<string | undefined> {
    const folder = path.join(this.scratch, 'staged');
    fs.rmSync(folder, { recursive: true, force: true });
    writeFiles(folder, files);
    for (const check of this.checks) {
      const output = await this.run(check, folder, [...files.keys()]);
      if (output !== undefined) {
        return reasonIn(output, [...files.keys()]);
      }
    }
    return undefined;
  }

  /** What the command printed when it refused; nothing when it accepted. */
  private async run({ command, accepted }: Check, folder: string, names: readonly string[]): Promise<string | undefined> {
    const scratch = path.join(this.scratch, 'check');
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.mkdirSync(scratch, { recursive: true });
    const [program, ...args] = command.flatMap(word => (word === '{files}' ? names.map(name => path.join(folder, name))
      : [word.replaceAll('{folder}', folder).replaceAll('{scratch}', scratch)]));
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => printed.push(data));
    child.stderr.on('data', (data: Buffer) => printed.push(data));
    const over = new AbortController();
    try {
      return await Promise.race([
        ended(child, accepted !== undefined).then(refused => (refused ? Buffer.concat(printed).toString() : undefined)),
        served(accepted, over.signal),
        sleep(TIMEOUT, undefined, { signal: over.signal }).then(() => Promise.reject(new CheckFailed(`'${program}' has no verdict after ${TIMEOUT / 1000} s`))),
      ]);
    } finally {
      over.abort();
      child.kill('SIGKILL');
    }
  }
}

/** Whether the command refused by its end. One that serves its verdict has refused when it ends by itself. */
function ended(child: ReturnType<typeof spawn>, serves: boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new CheckFailed(`'${child.spawnfile}' cannot be run: ${error.message}`)));
    child.on('close', (code, signal) => (code === null ? reject(new CheckFailed(`'${child.spawnfile}' was ended by ${signal}`)) : resolve(serves || code !== 0)));
  });
}

/** Ends when the URL answers as it should; never for a check without one. */
async function served(accepted: Check['accepted'], signal: AbortSignal): Promise<undefined> {
  const pattern = accepted && new RegExp(accepted.pattern, 'm');
  while (!signal.aborted) {
    await sleep(POLL_INTERVAL, undefined, { signal }).catch(() => undefined);
    const text = accepted && await fetch(accepted.url, { signal }).then(response => response.text()).catch(() => '');
    if (text !== undefined && pattern!.test(text)) {
      return undefined;
    }
  }
  return undefined;
}

/** The first error of a log, where there is one; else the panic of a program, or its last line. Paths of the staged files become their names. */
export function reasonIn(output: string, names: readonly string[]): string {
  const logged = /\berr(?:or)?=("(?:[^"\\]|\\.)*"|\S+)/.exec(output)?.[1];
  const lines = output.split('\n').map(line => line.trim()).filter(line => line !== '');
  const reason = logged === undefined ? lines.find(line => line.startsWith('panic:')) ?? lines.at(-1) ?? 'no reason was given'
    : logged.startsWith('"') ? JSON.parse(logged) as string : logged;
  const named = names.reduce((text, name) => text.replace(new RegExp(`[^\\s"]*/${name.replace(/[.]/g, '\\.')}`, 'g'), name), reason);
  return named.replace(/\s*\n\s*/g, ' ').slice(0, LONGEST_REASON);
}
