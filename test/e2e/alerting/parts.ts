/** The ruler's pods: label of their component, container that is killed, and the ports of it and of its rule-loader. */
export const RULER = { component: 'rule', container: 'rule', port: 10902, loaderPort: 8081 };

/** Alertmanagers' pods; those of the platform itself, beside those of meta-monitoring, by the beginning of their names. */
export const ALERTMANAGER = { component: 'alertmanager', container: 'alertmanager', ofPlatform: 'platform-alertmanager-' };

/** The shards of the Pushgateway. */
export const PUSHGATEWAY = { component: 'pushgateway', port: 9091 };
