import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { read } from '../../src/core/fields';
import { check } from '../../src/core/findings';
import { LogLevel } from '../../src/core/platform';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions } from '../../src/core/program-options';
import { errorsOf, fixture } from '../fixture';

test('what is right is taken, in base units', () => {
  const { app, chart } = fixture();
  expect(read(chart, PROGRAM_FIELDS, {
    image: 'quay.io/thanos/thanos@sha256:0',
    cpuRequest: Cpu.millis(200),
    memoryLimit: Size.gibibytes(1),
    podLabels: { 'example.com/team': 'a' },
    podAnnotations: { 'example.com/note': 'any text, in fact' },
    logLevel: LogLevel.DEBUG,
    extraArgs: ['--tracing.config=type: OTLP'],
  })).toMatchObject({ cpuRequest: 0.2, memoryLimit: 2 ** 30 });
  expect(errorsOf(app)).toEqual([]);
});

const KEY = 'must be a key of labels (a DNS subdomain and \'/\' if wanted, then up to 63 letters, digits, \'-\', \'_\' and \'.\')';

test.each<[ProgramOptions, string]>([
  [{ image: 'thanos latest' }, '\'image\' must be an image reference, but is "thanos latest".'],
  [{ cpuRequest: Cpu.millis(0) }, '\'cpuRequest\' must be a Cpu, e.g. Cpu.millis(500), of at least 0.001 cores, but is 0 cores.'],
  [{ memoryRequest: Size.kibibytes(0) }, '\'memoryRequest\' must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is 0B.'],
  [{ nodeSelector: { 'pool!': 'a' } }, `'nodeSelector' key 'pool!' ${KEY}, but is "pool!".`],
  [{ tolerations: [] }, '\'tolerations\' must be a list with at least one item, but is []; leave it out for the default.'],
  [{ priorityClassName: 'High' }, '\'priorityClassName\' must be a DNS subdomain (lower-case letters, digits, \'-\' and \'.\') of at most 253 characters, but is "High".'],
  [{ podLabels: { team: 'a/b' } }, '\'podLabels\' \'team\' must be a label value (letters, digits, \'-\', \'_\' and \'.\') of at most 63 characters, but is "a/b".'],
  [{ podLabels: { 'app.kubernetes.io/name': 'mine' } }, '\'podLabels\' key \'app.kubernetes.io/name\' must not be one of those that selectors look for.'],
  [{ podAnnotations: { '/note': 'x' } }, `'podAnnotations' key '/note' ${KEY}, but is "/note".`],
  [{ extraArgs: ['-v'] }, '\'extraArgs\' each item must be an argument that begins with \'--\', but is "-v".'],
])('fails with %j', (options, message) => {
  const { app, chart } = fixture();
  read(chart, PROGRAM_FIELDS, options);
  expect(errorsOf(app)).toEqual([`[monitoring] ${message} (invalid-prop)`]);
});

test('fails with a request beyond the limit', () => {
  const { app, chart } = fixture();
  check(chart, PROGRAM_RULES, { cpuRequest: 1, memoryRequest: 2 ** 31, memoryLimit: 2 ** 30 });
  expect(errorsOf(app)).toEqual(['[monitoring] \'memoryRequest\' (2GiB) must not exceed \'memoryLimit\' (1GiB): Kubernetes refuses such a pod. '
    + 'Raise the limit or lower the request. (memory-request-beyond-limit)']);
});
