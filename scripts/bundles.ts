/**
 * What every platform has; what many have, or ask for; and what most do without. A module that every platform has uses others' in its
 * functions only: as it is loaded itself, they would load it once more, half made.
 */
export type Bundle = 'always' | 'often' | 'seldom';

/** All folders, and modules and folders that are otherwise than the folder in which they are. */
export const BUNDLES: Readonly<Record<Bundle, readonly string[]>> = {
  always: ['collect', 'core', 'plan', 'query', 'receive', 'stack', 'store', 'alerting/matcher', 'rules/rule', 'rules/rule-set-field'],
  often: [
    'topology', 'core/checks/fixed-flags', 'core/checks/flag-rows', 'core/checks/removed-flags', 'core/job-workload', 'core/prerequisites',
    'plan/alertmanager', 'plan/capacity-plan', 'plan/continuous-test', 'plan/prometheus-server', 'plan/pushgateway', 'plan/ruler', 'plan/total',
    'query/imported-query', 'receive/imported-ring', 'stack/documents', 'stack/meta-monitoring', 'stack/platform-alerts',
    'store/azure', 'store/bucket-viewer', 'store/credentials', 'store/filesystem', 'store/gcs', 'store/http-client', 'store/s3', 'store/secret-store',
  ],
  seldom: [
    'alerting', 'continuous-test', 'job-loader', 'platform-rules', 'push', 'rule-loader', 'ruler', 'rules',
    'collect/autoscaler', 'collect/autoscaling-props', 'collect/prometheus-custom-resources', 'collect/target-allocator', 'collect/target-allocator-props',
    'plan/autoscaling', 'plan/target-allocator',
  ],
};

/**
 * The bundle of a module: that of the longest path which leads to it.
 *
 * @throws when its folder is in none
 */
export function bundleOf(module: string): Bundle {
  const leading = (bundle: Bundle) => Math.max(0, ...BUNDLES[bundle].filter(path => `${module}/`.startsWith(`${path}/`)).map(path => path.length));
  const bundles = Object.keys(BUNDLES) as Bundle[];
  const [nearest] = bundles.sort((one, other) => leading(other) - leading(one));
  if (leading(nearest) === 0) throw new Error(`'${module}' is in no bundle; name its folder in scripts/bundles.ts.`);
  return nearest;
}
