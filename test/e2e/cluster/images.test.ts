import * as path from 'node:path';
import { COREDNS_IMAGE, ImageDescription, librariesIn, LOCAL_PATH_PROVISIONER_IMAGE, NODE_IMAGE, PAUSE_IMAGE, PROGRAM_IMAGES } from './images';
import { KEDA_IMAGES } from './keda';
import { imageReference, IMAGES, ProgramName } from '../../../src/core/images';
import { moduleOf } from '../../programs/modules';

/** The numeric user that an image starts as, looked up in its own accounts where it has a name. */
function userOf({ user = '0', files }: ImageDescription): number {
  const [name] = user.split(':');
  const accounts = files.find(file => file.path === '/etc/passwd')?.text ?? '';
  return Number(accounts.split('\n').map(line => line.split(':')).find(fields => fields[0] === name)?.[2] ?? name);
}

const imageOf = (program: ProgramName) => PROGRAM_IMAGES.find(({ reference }) => reference === imageReference(program));

/** Images that are described when they are made, for they take something of a source or of this machine. */
const LATER = [imageReference(ProgramName.VERSITY_GATEWAY), NODE_IMAGE];

test('images have the public references of the versions that are built', () => {
  expect([...PROGRAM_IMAGES.map(({ reference }) => reference), NODE_IMAGE]).toEqual([
    `quay.io/thanos/thanos:v${IMAGES.thanos.version}`,
    `quay.io/prometheus/prometheus:v${IMAGES.prometheus.version}`,
    `quay.io/prometheus-operator/prometheus-config-reloader:v${IMAGES['prometheus-config-reloader'].version}`,
    `quay.io/prometheus/alertmanager:v${IMAGES.alertmanager.version}`,
    `quay.io/prometheus/pushgateway:v${IMAGES.pushgateway.version}`,
    `ghcr.io/open-telemetry/opentelemetry-operator/target-allocator:v${moduleOf('target-allocator').version}`,
    PAUSE_IMAGE,
    COREDNS_IMAGE,
    LOCAL_PATH_PROVISIONER_IMAGE,
    `docker.io/library/node:${IMAGES['continuous-test'].version}-slim`,
  ]);
});

test.each(Object.values(ProgramName))('the rig has an image of %s', program => {
  expect([...PROGRAM_IMAGES.map(({ reference }) => reference), ...LATER]).toContain(imageReference(program));
});

test.each(Object.values(ProgramName).filter(imageOf))('the image of %s starts as the user that our pods name', program => {
  expect(userOf(imageOf(program)!)).toBe(IMAGES[program].user);
});

test.each([...PROGRAM_IMAGES, ...KEDA_IMAGES])('what $reference starts is a program in it', ({ entrypoint = [], command = [], workingDirectory = '/', files }) => {
  const [started] = [...entrypoint, ...command];
  const program = files.find(file => file.path === path.posix.resolve(workingDirectory, started) || file.path === `/usr/bin/${started}`);
  expect(program).toMatchObject({ mode: 0o755, from: expect.any(String) });
});

test('the libraries that ldd names are those with a path', () => {
  expect(librariesIn([
    '\tlinux-vdso.so.1 (0x00007f38c07e3000)',
    '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f38c06ed000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f38c07e5000)',
  ].join('\n'))).toEqual(['/lib/x86_64-linux-gnu/libm.so.6', '/lib64/ld-linux-x86-64.so.2']);
});
