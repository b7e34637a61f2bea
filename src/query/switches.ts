import { toggle } from '../core/fields';
import { Flag, flag } from '../core/flags';

/** A prop that is on or off, for a flag that has a value when it is on and is left out when it is off. */
export const valueWhenOn = (name: string, value: string): Flag<boolean> => ({
  ...flag(name, toggle()),
  render: on => (on ? [`--${name}=${value}`] : []),
});

/** Query and its frontend both parse PromQL, so both must know the same functions. */
export const experimentalFunctions = () => valueWhenOn('enable-feature', 'promql-experimental-functions');
