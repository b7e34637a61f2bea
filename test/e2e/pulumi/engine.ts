import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type EngineEvent, LocalWorkspace, type PropertyDiff, PulumiCommand, type PulumiFn, type Stack, type StepEventMetadata } from '@pulumi/pulumi/automation';
import { ensureBuilt, programPath } from '../../programs/build';
import { bundle } from '../generator/bundle';
import { progress } from '../harness/progress';

const CLI = 'pulumi';
const PROVIDER = 'pulumi-resource-kubernetes';
const PROJECT = 'e2e';
const STATE = 'state';

/** One resource in what the engine is about to do, or has done. */
export interface Step {
  readonly urn: string;
  /** As the program names it. */
  readonly name: string;
  readonly type: string;
  /** For instance `same`, `create`, `update`, `replace`, `delete-replaced`. */
  readonly op: string;
  /** Where inputs differ, by path. */
  readonly changes: Readonly<Record<string, PropertyDiff>>;
  /** New ones, or the last; as the engine shows them: secrets blinded, and what is not known as Pulumi writes that. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** How a preview or a deployment ended. */
export interface Run {
  readonly steps: readonly Step[];
  /** All that was printed, and all events as JSON but those that only `--debug` shows. */
  readonly output: string;
  readonly seconds: number;
  /** The stack's outputs; empty for a preview. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was reported as an error. */
  readonly errors: string;
  readonly failed: boolean;
}

/** A resource in the state. */
export interface Stored {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** Name of a resource in its URN. */
const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf('::') + 2);

/** Pulumi's real engine, in a folder of its own: plugins, state and passphrase are there, and nothing of the user's is touched. */
export class Engine {
  public static async start(): Promise<Engine> {
    await ensureBuilt([CLI]);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'e2e-pulumi-'));
    for (const part of ['bin', STATE, 'plugins']) fs.mkdirSync(path.join(folder, part));
    fs.symlinkSync(programPath(CLI), path.join(folder, 'bin', CLI));
    const provider = installProvider(path.join(folder, 'plugins'));
    progress(`the provider is ${provider}`);
    return new Engine(folder, await PulumiCommand.get({ root: folder, skipVersionCheck: true }), provider);
  }

  private constructor(private readonly folder: string, private readonly command: PulumiCommand, public readonly provider: string) {}

  public get version(): string {
    return String(this.command.version);
  }

  /** A stack without resources, or as it was left. */
  public async stack(name: string): Promise<Deployment> {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: name, projectName: PROJECT, program: async () => undefined }, {
      pulumiCommand: this.command,
      pulumiHome: this.folder,
      secretsProvider: 'passphrase',
      envVars: {
        PULUMI_BACKEND_URL: `file://${path.join(this.folder, STATE)}`,
        PULUMI_CONFIG_PASSPHRASE: 'e2e',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: 'true',
      },
    });
    return new Deployment(stack);
  }

  /** All that is stored of all stacks: the states with their secrets encrypted, the history, and copies of both. */
  public get stored(): string {
    const files = fs.readdirSync(path.join(this.folder, STATE), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    return files.map(entry => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
  }

  public close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One stack of the engine. */
export class Deployment {
  constructor(private readonly stack: Stack) {}

  public async preview(program: PulumiFn): Promise<Run> {
    return this.recorded((onEvent, onOutput) => this.stack.preview({ program, onEvent, onOutput, onError: onOutput }));
  }

  public async up(program: PulumiFn): Promise<Run> {
    return this.recorded((onEvent, onOutput) => this.stack.up({ program, onEvent, onOutput, onError: onOutput }));
  }

  public async destroy(): Promise<Run> {
    return this.recorded((onEvent, onOutput) => this.stack.destroy({ onEvent, onOutput, onError: onOutput }));
  }

  /** What is in the state; secrets are shown in it. */
  public async resources(): Promise<Stored[]> {
    const { deployment } = await this.stack.exportStack();
    return (deployment as { readonly resources?: Stored[] }).resources ?? [];
  }

  private async recorded(run: (onEvent: (event: EngineEvent) => void, onOutput: (text: string) => void) => Promise<object>): Promise<Run> {
    const begin = Date.now();
    const [events, printed]: [EngineEvent[], string[]] = [[], []];
    let result: object | undefined;
    let failure = '';
    try {
      result = await run(event => void events.push(event), text => void printed.push(text));
    } catch (error) {
      failure = String(error);
    }
    const errors = events.flatMap(({ diagnosticEvent }) => diagnosticEvent?.severity === 'error' ? [diagnosticEvent.message] : []);
    const outputs = (result as { readonly outputs?: Record<string, { readonly value: unknown }> } | undefined)?.outputs ?? {};
    return {
      steps: events.flatMap(({ resourcePreEvent }) => resourcePreEvent ? [stepOf(resourcePreEvent.metadata)] : []),
      output: [...printed, JSON.stringify(events.filter(event => !isDebugging(event))), failure].join('\n'),
      seconds: (Date.now() - begin) / 1000,
      outputs: Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])),
      errors: errors.length > 0 ? errors.join('\n') : failure,
      failed: failure !== '',
    };
  }
}

/** Messages of Pulumi's SDK that only `--debug` shows; it tells whole requests in them, also what is secret in these. */
const isDebugging = ({ diagnosticEvent }: EngineEvent): boolean => (diagnosticEvent?.severity as string | undefined) === 'debug';

const stepOf = (step: StepEventMetadata): Step => ({
  urn: step.urn,
  name: nameIn(step.urn),
  type: step.type,
  op: step.op,
  changes: step.detailedDiff ?? {},
  inputs: ((step.new ?? step.old)?.inputs ?? {}) as Record<string, unknown>,
});

/** The real provider where the user has it, in the version that the SDK asks for; else ours. */
function installProvider(plugins: string): string {
  const { version } = JSON.parse(fs.readFileSync(require.resolve('@pulumi/kubernetes/package.json'), 'utf8')) as { version: string };
  const name = `resource-kubernetes-v${version}`;
  const installed = path.join(process.env.PULUMI_HOME ?? path.join(os.homedir(), '.pulumi'), 'plugins', name);
  if (fs.existsSync(path.join(installed, PROVIDER))) {
    fs.symlinkSync(installed, path.join(plugins, name));
    return `the real one, ${version}`;
  }
  const folder = path.join(plugins, name);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'provider.js'), bundle(path.join(__dirname, 'provider', 'main.ts')));
  fs.writeFileSync(path.join(folder, PROVIDER), `#!/bin/sh\nPROVIDER_VERSION=${version} exec '${process.execPath}' '${path.join(folder, 'provider.js')}' "$@"\n`, { mode: 0o755 });
  return `a stand-in for ${version}, see test/e2e/pulumi/README.md`;
}
