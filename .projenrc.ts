import { cdk8s, javascript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-thanos',
  description: 'Typed cdk8s constructs that synthesize a planned, checked and highly available Prometheus + Thanos platform',
  author: 'The cdk8s-thanos authors',
  authorAddress: 'maintainers@cdk8s-thanos.dev',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk8s-thanos/cdk8s-thanos.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-thanos authors',
  keywords: ['cdk8s', 'kubernetes', 'prometheus', 'thanos', 'monitoring', 'observability'],
  defaultReleaseBranch: 'main',

  jsiiVersion: '~6.0.0',
  excludeTypescript: ['src/pulumi/**/*.ts'],
  typescriptVersion: '~6.0.3',
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.3.0',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  // Used by lib/ at run time or in its declarations, and not jsii modules: they travel inside the package.
  bundledDeps: [
    '@dagrejs/dagre@^3.1.3', '@lezer/common@^1', '@lezer/highlight@^1', '@lezer/lr@^1', '@prometheus-io/lezer-promql@^0.314.0', 'cli-table3@^0.6.5', 'kubernetes-types@1.30.0', 'yaml@^2.8.0',
  ],
  devDeps: [
    // Newer ones of @pulumi/pulumi do not run on Node 20. Users of cdk8s-thanos/pulumi bring them along: jsii takes no peer that is not of its own kind.
    '@pulumi/kubernetes@~4.34.2',
    '@pulumi/pulumi@3.248.0',
    '@types/node@^20',
    '@types/pg@^8',
    'cdk8s-cli@^2',
    '@kubernetes/client-node@^1',
    'commander@^14',
    'esbuild@^0.28',
    'fast-check@^4',
    'pg@^8',
    'prom-client@^15',
    'ts-node@^10',
  ],
  publishToPypi: { distName: 'cdk8s-thanos', module: 'cdk8s_thanos' },
  publishToMaven: { javaPackage: 'dev.cdk8sthanos', mavenGroupId: 'dev.cdk8s-thanos', mavenArtifactId: 'cdk8s-thanos' },
  publishToGo: { moduleName: 'github.com/cdk8s-thanos/cdk8s-thanos-go' },

  minNodeVersion: '20.16.0',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  sampleCode: false,

  // Published by hand until there is a release workflow that has been tried.
  release: false,
  depsUpgrade: false,
  github: false,

  jestOptions: {
    // The default would rewrite a snapshot in silence, so that none could ever fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestConfig: {
      // Examples import the package by its own name; tests run them from the sources.
      moduleNameMapper: { '^cdk8s-thanos$': '<rootDir>/src', '^cdk8s-thanos/pulumi$': '<rootDir>/src/pulumi' },
      collectCoverage: false,
    },
  },
  // Without source maps: the sources are not shipped, and node would read the maps, two thirds of lib/, at every synth.
  tsconfig: { compilerOptions: { module: 'node20', inlineSourceMap: false, inlineSources: false } },
  gitignore: ['*.tgz', '/bench/out/', '/examples/*/dist/', '/examples/*/plan/', '/pulumi/', '.DS_Store'],
});

// Newer versions of this transitive dependency break `npm ci` on some machines.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
for (const path of ['/examples/', '/bench/', '/.ci/', '/docs/', '/scripts/', 'CONTRIBUTING.md']) project.npmignore?.exclude(path);
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmrc.addConfig('ignore-scripts', 'true');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');


// The package's own names are there only when it has been compiled, and it is linted before.
project.tryFindObjectFile('.eslintrc.json')?.addOverride('settings.import/internal-regex', '^cdk8s-thanos');
// What users of cdk8s-thanos/pulumi bring along.
project.eslint?.allowDevDeps('src/pulumi/**');
project.eslint?.addRules({
  'import/no-unresolved': ['error', { ignore: ['^cdk8s-thanos(/pulumi)?$'] }],
  '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
  '@stylistic/object-property-newline': 'off',
});

// Examples import the package by its own name, as users do; Node resolves it through `exports`.
project.addFields({
  exports: {
    '.': { types: './lib/index.d.ts', default: './lib/index.js' },
    './pulumi': { types: './pulumi/index.d.ts', default: './pulumi/index.js' },
    './package.json': './package.json',
    './.jsii': './.jsii',
    './.warnings.jsii.js': './.warnings.jsii.js',
  },
});

const script = (path: string) => `ts-node --transpile-only --project test/tsconfig.json ${path}`;

// What was compiled of a module that has been moved would hide the one in its new place.
project.compileTask.prependExec('rm -rf lib pulumi');
project.compileTask.exec(script('scripts/bundle.ts'));
// Functions and generic types, which jsii does not know: for TypeScript only, on top of what was compiled before.
project.compileTask.exec('tsc --project src/pulumi/tsconfig.json');
project.npmignore?.addPatterns('/lib/**/*.js', '!/lib/index.js', '!/lib/always.js', '!/lib/often.js', '!/lib/seldom.js');

const synth = project.addTask('synth', { description: 'Compile, and synthesize the examples into examples/*/dist (one: npm run synth -- default)' });
synth.spawn(project.compileTask);
synth.exec(script('scripts/synth.ts'), { receiveArgs: true });
synth.exec(script('scripts/readme.ts'));
project.addTask('check:programs', { description: 'Ask the real programs whether they accept what the examples print', exec: script('test/programs/check.ts'), receiveArgs: true });
project.addTask('check:package', { description: 'Install the packed package elsewhere, and use it as users do', exec: script('test/package/check.ts') });
project.addTask('bench', { description: 'Measure synthesis', exec: script('bench/main.ts'), receiveArgs: true });
project.addTask('e2e', { description: 'Show on the cluster that KUBECONFIG names, else on the rig, that the platform runs and survives', exec: script('test/e2e/main.ts'), receiveArgs: true });
project.addTask('e2e:cluster', { description: 'A Kubernetes of three nodes on this machine: up, down, status', exec: script('test/e2e/cluster/main.ts'), receiveArgs: true });
const pulumi = project.addTask('e2e:pulumi', { description: 'Deploy, change and destroy a platform by Pulumi\'s engine, on the cluster that KUBECONFIG names, else on the rig' });
pulumi.spawn(project.compileTask);
pulumi.exec(script('test/e2e/pulumi/main.ts'));
project.addTask('calibrate', { description: 'Measure the constants of the plan with the real programs', exec: script('test/e2e/calibration/main.ts'), receiveArgs: true });
project.addTask('e2e:traps', { description: 'Show with the real programs what each rule prevents', exec: script('test/e2e/traps/main.ts'), receiveArgs: true });

project.synth();
