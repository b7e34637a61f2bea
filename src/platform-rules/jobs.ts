/** The label `job` that self-monitoring gives each program: Thanos' own bear the name of their component, which is that of the container, too. */
export const JOBS = {
  prometheus: 'prometheus',
  targetAllocator: 'target-allocator',
  router: 'thanos-receive-router',
  ingestor: 'thanos-receive-ingestor',
  storeGateway: 'thanos-store-gateway',
  compactor: 'thanos-compactor',
  query: 'thanos-query',
  queryFrontend: 'thanos-query-frontend',
  ruler: 'thanos-rule',
  alertmanager: 'alertmanager',
  pushgateway: 'pushgateway',
  pushgatewayClient: 'pushgateway-client',
  continuousTest: 'continuous-test',
  /** Kubelets and their cAdvisor. */
  kubelet: 'kubelet',
} as const;
