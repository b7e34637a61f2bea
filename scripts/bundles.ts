/** What every platform has, and what most do without. */
export type Bundle = 'always' | 'seldom';

/** All folders, and modules and folders that are otherwise than the folder in which they are. */
export const BUNDLES: Readonly<Record<Bundle, readonly string[]>> = {
  always: ['collect', 'core', 'plan', 'query', 'receive', 'stack', 'store', 'topology', 'alerting/matcher', 'rules/rule', 'rules/rule-set-field'],
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
  const [always, seldom] = [leading('always'), leading('seldom')];
  if (always === seldom) throw new Error(`'${module}' is in no bundle; name its folder in scripts/bundles.ts.`);
  return always > seldom ? 'always' : 'seldom';
}
