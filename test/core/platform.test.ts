import { readFileSync } from 'fs';
import { join } from 'path';
import { Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { imageReference, ProgramName } from '../../src/core/images';
import { imageFor, LogFormat, LogLevel, partOf, Platform, setPartOf } from '../../src/core/platform';
import { fixture, manifest } from '../fixture';
import { component } from './checks/workload';

function tree() {
  const { chart } = fixture();
  const platform = new Construct(chart, 'platform');
  return { chart, platform, part: new Construct(platform, 'part'), beside: new Construct(chart, 'beside') };
}

test('options hold below the construct that has them, and nearer ones win, one by one', () => {
  const { chart, platform, part, beside } = tree();
  Platform.configure(chart, { clusterDomain: 'example.org', storageClassName: 'slow', logLevel: LogLevel.WARN });
  Platform.configure(platform, { storageClassName: 'fast', logLevel: undefined });
  expect(Platform.of(part)).toEqual({ clusterDomain: 'example.org', storageClassName: 'fast', logLevel: LogLevel.WARN });
  expect(Platform.of(beside)).toEqual({ clusterDomain: 'example.org', storageClassName: 'slow', logLevel: LogLevel.WARN });
  expect(Platform.of(fixture().chart)).toEqual({});
});

test('a second call adds to the first', () => {
  const { platform } = tree();
  Platform.configure(platform, { clusterDomain: 'a', storageClassName: 'slow' });
  Platform.configure(platform, { clusterDomain: 'b' });
  expect(Platform.of(platform)).toEqual({ clusterDomain: 'b', storageClassName: 'slow' });
});

test('the name of a platform outlives its options', () => {
  const { platform, part, beside } = tree();
  setPartOf(platform, 'monitoring');
  Platform.configure(platform, { clusterDomain: 'b' });
  expect([partOf(part), partOf(beside)]).toEqual(['monitoring', undefined]);
});

describe('images', () => {
  test('are documented for each program', () => {
    const [, docs] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+readonly images\?:/.exec(readFileSync(join(__dirname, '..', '..', 'src', 'core', 'platform.ts'), 'utf8'))!;
    expect([...docs.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name).sort()).toEqual(Object.values(ProgramName).sort());
  });

  test.each([
    [undefined, 'quay.io/thanos/thanos:v0.42.4'],
    ['registry.example.com', 'registry.example.com/thanos/thanos:v0.42.4'],
    ['registry.example.com:5000/mirror//', 'registry.example.com:5000/mirror/thanos/thanos:v0.42.4'],
  ])('through the mirror %s', (mirror, expected) => {
    expect(imageReference(ProgramName.THANOS, mirror)).toBe(expected);
  });

  test('of a part win over those of the platform, and these over the mirror', () => {
    const { platform, part } = tree();
    Platform.configure(platform, { imageMirror: 'registry.example.com', images: { thanos: 'example.com/thanos@sha256:1' } });
    expect(imageFor(part, ProgramName.THANOS, 'own:1')).toBe('own:1');
    expect(imageFor(part, ProgramName.THANOS)).toBe('example.com/thanos@sha256:1');
    expect(imageFor(part, ProgramName.PROMETHEUS)).toBe('registry.example.com/prometheus/prometheus:v3.14.0');
  });
});

test('options reach the pods', () => {
  const { chart } = fixture();
  Platform.configure(chart, {
    imagePullSecrets: [Secret.fromSecretName(chart, 'pull', 'registry')],
    clusterDomain: 'example.org',
    logLevel: LogLevel.ERROR,
    logFormat: LogFormat.JSON,
    storageClassName: 'fast',
  });
  const workload = component(chart, 'store', { kind: 'StatefulSet', storage: { name: 'data', mountPath: '/data', size: 1 } });
  const { spec } = manifest(chart, 'StatefulSet', 'store');
  expect(spec.template.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(spec.template.spec.containers[0].args).toEqual(expect.arrayContaining(['--log.level=error', '--log.format=json']));
  expect(spec.volumeClaimTemplates[0].spec.storageClassName).toBe('fast');
  expect(workload.endpoint('http').host).toBe('store.monitoring.svc.example.org');
});

test('a part\'s own level of logging wins', () => {
  const { chart } = fixture();
  Platform.configure(chart, { logLevel: LogLevel.ERROR });
  component(chart, 'store', { options: { logLevel: LogLevel.DEBUG } });
  expect(manifest(chart, 'Deployment', 'store').spec.template.spec.containers[0].args).toContain('--log.level=debug');
});
