import * as fs from 'node:fs';
import * as path from 'node:path';
import { IMAGES, ProgramName } from '../../src/core/images';

/**
 * A module in `modules/`, which pins one upstream. A Go module builds the programs of its `tool` lines, which are packages of the upstream,
 * or our own that stand on it, in the module's folder; a package.json has programs that npm installs as they are.
 */
export interface Module {
  readonly name: string;
  readonly builder: 'go' | 'npm';
  /** The upstream's version as its users write it, for instance `3.14.0`. */
  readonly version: string;
  /** Path of the upstream's Go module; name of npm's package. */
  readonly upstream: string;
  /** Version of the upstream's module, for instance `v0.314.0`. */
  readonly upstreamVersion: string;
  /** Go packages to build, or files of npm's packages, by the name of the program. */
  readonly packages: ReadonlyMap<string, string>;
  readonly folder: string;
  /** Flags of `go build`. */
  readonly buildFlags: readonly string[];
  /** Files that the upstream's own build makes and its Go module lacks, by their paths in the `vendor` folder; they are put there empty. */
  readonly madeFiles: readonly string[];
}

interface Recipe {
  readonly upstream: string;
  readonly tags?: string;
  readonly madeFiles?: readonly string[];
  /** The users' version from the Go module's; without it the two are the same. */
  readonly userVersion?: (goVersion: string) => string;
  /** The linker sets these: a plain `go build` leaves most programs without a version. */
  readonly variables?: (version: string) => Readonly<Record<string, string>>;
  /** Names of programs whose packages have other ones, by the last part of the package's path. */
  readonly names?: Readonly<Record<string, string>>;
}

const commonVersion = (version: string) => ({ 'github.com/prometheus/common/version.Version': version });

const RECIPES: Readonly<Record<string, Recipe>> = {
  'thanos': {
    upstream: 'github.com/thanos-io/thanos',
    // Without slicelabels, labels and their protobuf form disagree in memory, and Receive panics at the first write.
    tags: 'netgo,slicelabels',
    variables: commonVersion,
  },
  'prometheus': {
    upstream: 'github.com/prometheus/prometheus',
    // Prometheus 3.14.0 is Go module v0.314.0.
    userVersion: version => version.replace(/^0\.(\d)0?(\d+)\./, '$1.$2.'),
    variables: commonVersion,
  },
  'prometheus-config-reloader': {
    upstream: 'github.com/prometheus-operator/prometheus-operator',
    variables: commonVersion,
  },
  'pushgateway': {
    upstream: 'github.com/prometheus/pushgateway',
    variables: commonVersion,
  },
  'alertmanager': {
    upstream: 'github.com/prometheus/alertmanager',
    // Its web interface is compiled by npm; its API needs none.
    madeFiles: ['github.com/prometheus/alertmanager/ui/app/dist/index.html'],
    variables: commonVersion,
  },
  'versitygw': {
    upstream: 'github.com/versity/versitygw',
    variables: version => ({ 'main.Version': `v${version}` }),
  },
  'kubernetes': {
    upstream: 'k8s.io/kubernetes',
    variables: version => ({
      'k8s.io/component-base/version.gitVersion': `v${version}`,
      'k8s.io/component-base/version.gitMajor': version.split('.')[0],
      'k8s.io/component-base/version.gitMinor': version.split('.')[1],
    }),
  },
  'coredns': { upstream: 'github.com/coredns/coredns' },
  'local-path-provisioner': {
    upstream: 'github.com/rancher/local-path-provisioner',
    variables: version => ({ 'main.VERSION': `v${version}` }),
  },
  'target-allocator': {
    upstream: 'github.com/open-telemetry/opentelemetry-operator',
    names: { 'otel-allocator': 'target-allocator' },
  },
  'keda': {
    upstream: 'github.com/kedacore/keda/v2',
    variables: version => ({ 'github.com/kedacore/keda/v2/version.Version': version }),
    names: { operator: 'keda-operator', adapter: 'keda-metrics-apiserver' },
  },
  'images': { upstream: 'github.com/google/go-containerregistry' },
  'pulumi': {
    upstream: 'github.com/pulumi/pulumi/pkg/v3',
    variables: version => ({ 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version': `v${version}` }),
  },
};

/** The packages of a go.mod's `tool` lines, which stand alone or in a block. */
function toolsOf(goMod: string): string[] {
  return [...goMod.matchAll(/^tool (?:\(([^)]*)\)|(\S+))$/gm)].flatMap(([, block, single]) => (block ?? single).trim().split(/\s+/));
}

function toModule(name: string, recipe: Recipe): Module {
  const folder = path.join(__dirname, 'modules', name);
  const goMod = fs.readFileSync(path.join(folder, 'go.mod'), 'utf8');
  const required = goMod.split('\n').map(line => line.trim().replace(/^require /, '').split(' '));
  const upstreamVersion = required.find(([module]) => module === recipe.upstream)?.[1];
  if (upstreamVersion === undefined) throw new Error(`${folder}/go.mod does not require ${recipe.upstream}; add it with 'go mod edit -require'.`);
  const bare = upstreamVersion.replace(/^v/, '');
  const version = recipe.userVersion?.(bare) ?? bare;
  const linked = Object.entries(recipe.variables?.(version) ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
  return {
    name,
    builder: 'go',
    version,
    upstream: recipe.upstream,
    upstreamVersion,
    packages: new Map(toolsOf(goMod).map(tool => [recipe.names?.[path.basename(tool)] ?? path.basename(tool), tool])),
    folder,
    madeFiles: recipe.madeFiles ?? [],
    buildFlags: [
      '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${linked.join(' ')}`,
      ...recipe.tags ? [`-tags=${recipe.tags}`] : [],
    ],
  };
}

/** Node, of which npm has a package for each kind of machine. */
function nodeModule(): Module {
  const folder = path.join(__dirname, 'modules', 'node');
  const upstream = `node-${process.platform}-${process.arch}`;
  const { optionalDependencies } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { optionalDependencies: Record<string, string> };
  const [version] = Object.values(optionalDependencies);
  return {
    name: 'node', builder: 'npm', version, upstream, upstreamVersion: version, folder, buildFlags: [], madeFiles: [],
    packages: new Map([['node', `node_modules/${upstream}/bin/node`]]),
  };
}

/** All modules, by name. */
export const MODULES: ReadonlyMap<string, Module> = new Map([
  ...Object.entries(RECIPES).map(([name, recipe]) => [name, toModule(name, recipe)] as const),
  ['node', nodeModule()],
]);

/** The module that builds a program; undefined when none does. */
export function findModuleOf(program: string): Module | undefined {
  return [...MODULES.values()].find(module => module.packages.has(program));
}

/**
 * The module that builds a program.
 *
 * @throws when none does.
 */
export function moduleOf(program: string): Module {
  const module = findModuleOf(program);
  if (module) return module;
  const known = [...MODULES.values()].flatMap(candidate => [...candidate.packages.keys()]);
  throw new Error(`No module builds '${program}'. Known programs: ${known.join(', ')}. A new one needs a 'tool' line in a go.mod under test/programs/modules.`);
}

/** The program that the default image of one of the platform's programs has: Node, where it is a program of ours. */
export const programInImage = (program: ProgramName): string => path.basename(IMAGES[program].repository);

/** What the platform's images have, and what else their modules build: promtool, amtool. */
export const PLATFORM_PROGRAMS: readonly string[] = [...new Set(Object.values(ProgramName).map(program => moduleOf(programInImage(program))))]
  .flatMap(({ packages }) => [...packages.keys()]);
