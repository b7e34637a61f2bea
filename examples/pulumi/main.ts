import { Provider } from '@pulumi/kubernetes';
import { Config, StackReference } from '@pulumi/pulumi';
import { Matcher, Notifier, ObjectStoreBucket, S3Credentials, ScrapeJob, Workload } from 'cdk8s-thanos';
import { MonitoringStack } from 'cdk8s-thanos/pulumi';

// The stack that has made the cluster, the bucket, and the role that may use it.
const config = new Config();
const infrastructure = new StackReference(config.require('infrastructure'));
const output = (name: string) => infrastructure.requireOutput(name).apply(value => value as string);

// Mutable, or the provider would delete a ConfigMap to change it, and pods that start meanwhile would wait.
const provider = new Provider('cluster', { kubeconfig: output('kubeconfig'), enableConfigMapMutable: true, enableSecretMutable: true });

const platform = new MonitoringStack('platform', {
  cluster: output('clusterName'),
  workload: Workload.of({ activeSeries: config.requireNumber('activeSeries') }),
  createNamespace: true,
  bucket: (scope, known) => ObjectStoreBucket.s3(scope, 'blocks', {
    bucket: known(output('bucketName')),
    region: 'eu-central-1',
    endpoint: 's3.eu-central-1.amazonaws.com',
    credentials: S3Credentials.role(known(output('roleArn'))),
  }),
  alertmanager: (scope, known) => {
    const secret = known.secret(scope, 'slack', { url: config.requireSecret('slackUrl') });
    return {
      receivers: [{ name: 'platform', notifiers: [Notifier.slack({ apiUrl: { secret, key: 'url' }, channel: '#platform' })] }],
      route: { receiver: 'platform', routes: [{ matchers: [Matcher.equal('severity', 'info')], groupBy: ['alertname'] }] },
    };
  },
  extend: stack => stack.scrape(ScrapeJob.pods('shop', { namespaces: ['shop'], portName: 'metrics' })),
}, { provider });

export const { queryUrl, remoteWriteUrl } = platform;
