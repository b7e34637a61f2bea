import { App, Chart } from 'cdk8s';
import { type ISecret, Secret } from 'cdk8s-plus-28';
import { component } from './workload';
import { secretEnvironment } from '../../../src/core/object-store';
import { Platform } from '../../../src/core/platform';
import { secretFiles } from '../../../src/core/secret-files';
import { errorsOf } from '../../fixture';

/** Charts of two namespaces. */
function charts() {
  const app = new App();
  const [monitoring, shop] = ['monitoring', 'shop'].map(namespace => new Chart(app, namespace, { namespace, disableResourceNameHashes: true }));
  return { app, monitoring, shop };
}

const made = (chart: Chart, stringData: Record<string, string> = { token: 'x' }) => new Secret(chart, 'sms', { metadata: { name: 'sms-credentials' }, stringData });

const USES: [string, (chart: Chart, secret: ISecret) => void][] = [
  ['a file', (chart, secret) => component(chart, 'query', { volumes: secretFiles('/etc/secrets', [{ secret, key: 'token' }]) })],
  ['a volume', (chart, secret) => component(chart, 'query', {
    volumes: [{ mountPath: '/etc/secret', volume: { name: 'secret', secret: { secretName: secret.name, items: [{ key: 'token', path: 'token' }] } } }],
  })],
  ['a variable', (chart, secret) => component(chart, 'query', { environment: secretEnvironment([{ name: 'TOKEN', value: { secret, key: 'token' } }]) })],
];

const PULL: [string, (chart: Chart, secret: ISecret) => void] = ['a pull secret', (chart, secret) => {
  Platform.configure(chart, { imagePullSecrets: [secret] });
  component(chart, 'query');
}];

test.each([...USES, PULL])('a Secret that is made in another namespace: %s', (_, use) => {
  const { app, monitoring, shop } = charts();
  use(monitoring, made(shop));
  expect(errorsOf(app)).toEqual([
    "[monitoring/query] Pods of 'query' in namespace 'monitoring' use Secret 'sms-credentials', but 'shop/sms/Resource' makes it in namespace 'shop': pods find Secrets of their own namespace only, and would wait for this one. "
    + "Make it in a chart of namespace 'monitoring'; or, if somebody else makes one there, name that by Secret.fromSecretName(…). (secret-of-other-namespace)",
  ]);
});

test.each(USES)('a key that a Secret is made without: %s', (_, use) => {
  const { app, monitoring } = charts();
  use(monitoring, made(monitoring, { user: 'x', password: 'x' }));
  expect(errorsOf(app)).toEqual([
    "[monitoring/query] Pods of 'query' use key 'token' of Secret 'sms-credentials', which 'monitoring/sms/Resource' makes without it (it has 'password', 'user'): they would wait for it. "
    + 'Use a key that is there, or add this one. (secret-key-missing)',
  ]);
});

describe('says nothing', () => {
  test.each([...USES, PULL])('of a Secret where it is used: %s', (_, use) => {
    const { app, monitoring } = charts();
    use(monitoring, made(monitoring));
    expect(errorsOf(app)).toEqual([]);
  });

  test.each([...USES, PULL])('of a Secret by its name, whoever makes one of that name elsewhere: %s', (_, use) => {
    const { app, monitoring, shop } = charts();
    made(shop);
    use(monitoring, Secret.fromSecretName(monitoring, 'sms', 'sms-credentials'));
    expect(errorsOf(app)).toEqual([]);
  });

  test('of a Secret without keys, which somebody else fills', () => {
    const { app, monitoring } = charts();
    USES[0][1](monitoring, made(monitoring, {}));
    expect(errorsOf(app)).toEqual([]);
  });

  test('of one that another chart makes in the same namespace', () => {
    const { app, monitoring } = charts();
    USES[0][1](monitoring, made(new Chart(app, 'secrets', { namespace: 'monitoring', disableResourceNameHashes: true })));
    expect(errorsOf(app)).toEqual([]);
  });
});
