import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { MODULES, Module, moduleOf } from './modules';

const PARTIAL = '.partial-';

/** Where built programs are kept: `CDK8S_THANOS_CACHE`, else `~/.cache/cdk8s-thanos`. */
export function cacheFolder(): string {
  return process.env.CDK8S_THANOS_CACHE ?? path.join(os.homedir(), '.cache', 'cdk8s-thanos');
}

function moduleCache(module: Module): string {
  const hash = createHash('sha256').update([...module.buildFlags, ...module.madeFiles].join('\0'));
  // With go.mod and go.sum, the sources of programs of our own.
  const files = fs.readdirSync(module.folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  for (const file of files.map(entry => path.join(entry.parentPath, entry.name)).sort()) hash.update(fs.readFileSync(file));
  return path.join(cacheFolder(), 'programs', `${module.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** Path at which a program is once it has been built. */
export function programPath(program: string): string {
  return path.join(moduleCache(moduleOf(program)), program);
}

const WHERE_FROM = { go: 'Install Go 1.26 or newer from https://go.dev/dl', npm: 'Install Node with npm from https://nodejs.org' };

/** Runs a builder in a folder; its output goes to standard error, which leaves standard output to the caller's answers. */
function runIn(folder: string, builder: Module['builder'], args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(builder, args, {
      cwd: folder,
      stdio: ['ignore', process.stderr, process.stderr],
      // The flags of a build stand in modules.ts; a GOFLAGS or a go.work of the user would change what is built.
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    });
    child.on('error', error => reject(new Error(`Cannot run '${builder}' (${error.message}). ${WHERE_FROM[builder]} and put it on the PATH.`)));
    child.on('exit', code => code === 0 ? resolve() : reject(new Error(`'${builder} ${args[0]}' failed in ${folder} with exit code ${code}; its output is above.`)));
  });
}

/** What interrupted builds have left; a build that is still at work is younger. */
function removeStale(cache: string): void {
  const partial = fs.readdirSync(cache).filter(name => name.startsWith(PARTIAL)).map(name => path.join(cache, name));
  const stale = partial.filter(folder => Date.now() - fs.statSync(folder).mtimeMs > 3_600_000);
  for (const folder of stale) fs.rmSync(folder, { recursive: true, force: true });
}

/**
 * Lets files be made in a temporary folder and moves them into the cache when all are complete, so that an interrupt leaves none half made.
 *
 * @throws what `make` throws; then nothing is moved.
 */
export async function makeInto(cache: string, files: readonly string[], make: (partial: string) => Promise<void>): Promise<void> {
  fs.mkdirSync(cache, { recursive: true });
  removeStale(cache);
  // On the same file system as the result, so that the rename below is atomic.
  const partial = fs.mkdtempSync(path.join(cache, PARTIAL));
  try {
    await make(partial);
    for (const file of files) fs.renameSync(path.join(partial, file), path.join(cache, file));
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

function build(module: Module, programs: readonly string[]): Promise<void> {
  return makeInto(moduleCache(module), programs, async partial => {
    if (module.builder === 'npm') return install(module, programs, partial);
    const packages = programs.map(program => module.packages.get(program)!);
    const [folder, mode] = module.madeFiles.length > 0 ? [await vendored(module, partial), 'vendor'] : [module.folder, 'readonly'];
    await runIn(folder, 'go', ['build', `-mod=${mode}`, ...module.buildFlags, '-o', `${partial}${path.sep}`, ...packages]);
    // Go names a program by the last part of its package's path.
    for (const program of programs) fs.renameSync(path.join(partial, path.basename(module.packages.get(program)!)), path.join(partial, program));
  });
}

/** A copy of the module with its upstreams' sources, to which the files are added that the build needs and that they lack. */
async function vendored(module: Module, partial: string): Promise<string> {
  const folder = path.join(partial, 'module');
  fs.cpSync(module.folder, folder, { recursive: true });
  // -e: it is told of the missing files, and goes on.
  await runIn(folder, 'go', ['mod', 'vendor', '-e']);
  for (const file of module.madeFiles.map(name => path.join(folder, 'vendor', name))) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, '');
  }
  return folder;
}

async function install(module: Module, programs: readonly string[], partial: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(module.folder, file), path.join(partial, file));
  await runIn(partial, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  for (const program of programs) {
    const file = path.join(partial, module.packages.get(program)!);
    if (!fs.existsSync(file)) throw new Error(`npm has no ${module.upstream} among the packages of ${module.folder}; add it to its package.json.`);
    fs.renameSync(file, path.join(partial, program));
  }
}

/**
 * Builds those of the programs that are not in the cache yet.
 *
 * @throws when Go is missing or a build fails.
 */
export async function ensureBuilt(programs: readonly string[]): Promise<void> {
  const missing = programs.filter(program => !fs.existsSync(programPath(program)));
  for (const module of new Set(missing.map(moduleOf))) {
    const wanted = missing.filter(program => moduleOf(program) === module);
    const started = Date.now();
    console.error(`building ${wanted.join(', ')} ${module.version} (once; minutes)`);
    await build(module, wanted);
    console.error(`built ${wanted.join(', ')} in ${Math.round((Date.now() - started) / 1000)} s`);
  }
}

async function main(): Promise<void> {
  const all = [...MODULES.values()].flatMap(module => [...module.packages.keys()]);
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : all;
  await ensureBuilt(wanted);
  for (const program of wanted) console.log(programPath(program));
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
