import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AlertEndpoint, Endpoint, EndpointProtocol, IAlertSink, RemoteWriteEndpoint } from '../../src/core/endpoint';
import { ThanosQuery } from '../../src/query';
import { ThanosRuler, ThanosRulerProps } from '../../src/ruler';
import { AlertRuleSet, RuleSet } from '../../src/rules';
import { RECEIVE, TestTarget } from '../collect/senders';
import { fixture } from '../fixture';
import { TestBucket } from '../store/parts';

/** An Alertmanager somewhere. */
export class TestSink extends Construct implements IAlertSink {
  public readonly alertEndpoint: AlertEndpoint = { endpoint: Endpoint.external({ host: 'alertmanager.example.com', port: 443, protocol: EndpointProtocol.HTTPS }), pathPrefix: '/am' };
}

export interface Made {
  readonly app: App;
  readonly chart: Chart;
  readonly ruler: ThanosRuler;
}

export const QUERY = Endpoint.external({ host: 'query.example.com', port: 10902 });

/** A chart with what a ruler stands between. */
export function around(target: Partial<RemoteWriteEndpoint> = {}) {
  const { app, chart } = fixture();
  return {
    app,
    chart,
    query: ThanosQuery.fromQueryEndpoint(chart, 'query', QUERY),
    remoteWrite: new TestTarget(chart, 'receive', { ...RECEIVE, ...target }),
    bucket: new TestBucket(chart, 'bucket'),
    sink: new TestSink(chart, 'alertmanager'),
  };
}

export function stateless(props: Partial<ThanosRulerProps> = {}, target: Partial<RemoteWriteEndpoint> = {}): Made {
  const { app, chart, query, remoteWrite, sink } = around(target);
  return { app, chart, ruler: new ThanosRuler(chart, 'ruler', { queries: [query], remoteWrite, alertSinks: [sink], ...props }) };
}

export function stateful(props: Partial<ThanosRulerProps> = {}): Made {
  const { app, chart, query, bucket, sink } = around();
  return { app, chart, ruler: new ThanosRuler(chart, 'ruler', { queries: [query], bucket, alertSinks: [sink], ...props }) };
}

/** A set with one alert. */
export function rulesOf(scope: Construct, id = 'shop', alert = 'CheckoutDown'): RuleSet {
  return new AlertRuleSet(scope, id, {
    groups: [{ name: 'checkout', rules: [{ alert, expr: 'up{job="checkout"} == 0', for: Duration.minutes(5), severity: 'critical', owner: 'shop' }] }],
  });
}
