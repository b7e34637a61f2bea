import { dnsSubdomain, Fields, labelKey, labelValue, map, namespaceName, text } from '../core/fields';

/** A `PrometheusRule` object of the Prometheus Operator. */
export interface PrometheusRuleOptions {
  /** Name of the object. @default - that of the set */
  readonly name?: string;
  /** Namespace of the object. @default - the chart's */
  readonly namespace?: string;
  /** Labels by which a `ruleSelector` finds it, e.g. `{ role: 'alert-rules' }`. @default - none */
  readonly labels?: Record<string, string>;
  /** Annotations of the object. @default - none */
  readonly annotations?: Record<string, string>;
}

/** The rows of `PrometheusRuleOptions`. */
export const PROMETHEUS_RULE_FIELDS: Fields<PrometheusRuleOptions> = {
  name: dnsSubdomain(),
  namespace: namespaceName(),
  labels: map(labelValue(), labelKey()),
  annotations: map(text('a text', /^/), labelKey()),
};
