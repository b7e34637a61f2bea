import { toggle } from './fields';
import { Flag, flag } from './flags';

/** A prop that is on or off, for a flag that has a value when it is on and is left out when it is off. */
export const valueWhenOn = (name: string, value: string): Flag<boolean> => ({
  ...flag(name, toggle()),
  render: on => (on ? [`--${name}=${value}`] : []),
});

/** Query, its frontend and rulers all parse PromQL, so all must know the same functions. */
export const experimentalFunctions = () => valueWhenOn('enable-feature', 'promql-experimental-functions');
