/*
 * Constants of the planner, each with its unit and where it comes from. Those marked `measured` name the measurement: it is
 * repeated by `npm run calibrate -- <name>`, and its rows, versions and fits stand in docs/calibration.json. There, Thanos 0.42.4 and
 * Prometheus 3.14.0 ran with the arguments that the constructs print, series had ten labels and about 260 bytes of them, and Go
 * was not told of any memory limit. Those marked `derivation` are a starting point that waits for a measurement.
 */

export * from './alerting';
export * from './bucket';
export * from './continuous-test';
export * from './pods';
export * from './queries';
export * from './ring';
export * from './senders';
export * from './sources';
export * from './target-allocators';
export * from './units';
