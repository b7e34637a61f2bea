import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { AlertRuleSet, AlertSeverity, RecordingRuleSet } from 'cdk8s-thanos';

const RUNBOOKS = 'https://runbooks.example.com';

/** Limits of the shop's alerts: what is right in production is not in a test environment. */
export interface ShopLimits {
  /** Share of checkouts that may fail. */
  readonly errors: number;
  /** Seconds that one checkout in a hundred may exceed. */
  readonly latency: number;
  /** Orders, as a share of those of the same time yesterday. */
  readonly orders: number;
}

/** What the shop looks at often, computed ahead. */
export function shopRecords(scope: Construct, id: string): RecordingRuleSet {
  return new RecordingRuleSet(scope, id, {
    groups: [{
      name: 'shop',
      rules: [
        { record: 'namespace:checkouts:rate5m', expr: 'sum by (cluster, namespace) (rate(checkouts_total[5m]))' },
        { record: 'namespace:checkout_errors:rate5m', expr: 'sum by (cluster, namespace) (rate(checkouts_total{code=~"5.."}[5m]))' },
        { record: 'namespace:checkout_errors:ratio_rate5m', expr: 'namespace:checkout_errors:rate5m / namespace:checkouts:rate5m' },
        { record: 'namespace:orders:rate30m', expr: 'sum by (cluster, namespace) (rate(orders_total[30m]))' },
      ],
    }],
    tests: [{
      name: 'one checkout in four fails, over all pods',
      inputSeries: [
        { series: 'checkouts_total{cluster="eu-1", namespace="shop", pod="a", code="200"}', values: '0+60x10' },
        { series: 'checkouts_total{cluster="eu-1", namespace="shop", pod="b", code="200"}', values: '0+30x10' },
        { series: 'checkouts_total{cluster="eu-1", namespace="shop", pod="b", code="503"}', values: '0+30x10' },
      ],
      promqlExprTests: [{
        expr: 'namespace:checkout_errors:ratio_rate5m',
        evalTime: Duration.minutes(10),
        expSamples: [{ labels: 'namespace:checkout_errors:ratio_rate5m{cluster="eu-1", namespace="shop"}', value: 0.25 }],
      }],
    }],
  });
}

/** Alerts of the shop. */
export function shopAlerts(scope: Construct, id: string, { errors, latency, orders }: ShopLimits): AlertRuleSet {
  return new AlertRuleSet(scope, id, {
    owner: 'shop',
    thresholds: { errors, latency, orders },
    groups: [{
      name: 'checkout',
      rules: [{
        alert: 'CheckoutFailing',
        expr: 'namespace:checkout_errors:ratio_rate5m > $errors',
        for: Duration.minutes(5),
        severity: AlertSeverity.CRITICAL,
        summary: 'Checkouts fail in {{ $labels.namespace }}',
        description: '{{ $value | humanizePercentage }} of the checkouts end with an error.',
        runbookUrl: `${RUNBOOKS}/checkout-failing`,
      }, {
        alert: 'CheckoutSlow',
        expr: 'histogram_quantile(0.99, sum by (cluster, namespace, le) (rate(checkout_duration_seconds_bucket[5m]))) > $latency',
        for: Duration.minutes(10),
        severity: AlertSeverity.WARNING,
        summary: 'Checkouts are slow in {{ $labels.namespace }}',
        description: 'One in a hundred takes longer than {{ $value | humanizeDuration }}.',
        runbookUrl: `${RUNBOOKS}/checkout-slow`,
      }],
    }, {
      name: 'orders',
      rules: [{
        alert: 'OrdersDropped',
        expr: 'namespace:orders:rate30m < $orders * namespace:orders:rate30m offset 1d',
        for: Duration.minutes(15),
        severity: AlertSeverity.CRITICAL,
        summary: 'Orders have dropped in {{ $labels.namespace }}',
        description: 'There are {{ $value | humanize }} a second, far less than at this time yesterday.',
        runbookUrl: `${RUNBOOKS}/orders-dropped`,
      }],
    }],
    tests: [{
      name: 'errors for five minutes',
      inputSeries: [{ series: 'namespace:checkout_errors:ratio_rate5m{cluster="eu-1", namespace="shop"}', values: `0x4 ${2 * errors}x10` }],
      alertRuleTests: [
        { evalTime: Duration.minutes(9), alertname: 'CheckoutFailing', expAlerts: [] },
        {
          evalTime: Duration.minutes(10),
          alertname: 'CheckoutFailing',
          expAlerts: [{
            expLabels: { cluster: 'eu-1', namespace: 'shop', owner: 'shop', severity: 'critical' },
            expAnnotations: {
              summary: 'Checkouts fail in shop',
              description: `${200 * errors}% of the checkouts end with an error.`,
              runbook_url: `${RUNBOOKS}/checkout-failing`,
            },
          }],
        },
      ],
    }, {
      name: 'a quiet night is no drop, for yesterday\'s was quiet too',
      inputSeries: [{ series: 'namespace:orders:rate30m{cluster="eu-1", namespace="shop"}', values: '2x719 0.1x719 2x719 0.1x719' }],
      alertRuleTests: [{ evalTime: Duration.hours(40), alertname: 'OrdersDropped', expAlerts: [] }],
    }],
  });
}
