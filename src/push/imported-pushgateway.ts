import { Construct } from 'constructs';
import { groupLabels, PushGroup, urlOf } from './push-group';
import type { IPushTarget, PushEndpoint } from './push-target';
import { Endpoint, endpoint } from '../core/endpoint';
import { Graph } from '../core/graph';
import type { PodWorkload } from '../core/pod-workload';

/** Takes the place of an endpoint that is wrong or missing, so that the rest is judged all the same. */
export const NOWHERE = Endpoint.external({ host: 'pushgateway.invalid', port: 9091 });

/** A Pushgateway that another app owns. */
export class ImportedPushgateway extends Construct implements IPushTarget {
  private readonly server: Endpoint;

  constructor(scope: Construct, id: string, server: Endpoint) {
    super(scope, id);
    const problem = endpoint().problem(server);
    this.server = problem ? NOWHERE : server;
    const graph = Graph.of(this);
    if (problem) {
      graph.report(this, 'invalid-endpoint', `What 'Pushgateway.fromEndpoint' is given ${problem}.`);
    }
    graph.addCheck(this, report => {
      const workload = graph.workloads.find(candidate => this.isOneOfSeveral(candidate));
      if (workload) {
        report('pushgateway-load-balanced', `'${this.server.host}' is a Service of several pods of '${workload.name}': pushes of one group would end in different pods, and all copies `
          + "would be scraped. Give the 'Pushgateway' itself, which knows the shard of each group.");
      }
    });
  }

  public pushEndpoint(group: PushGroup): PushEndpoint {
    return { endpoint: this.server, url: urlOf(this.server, groupLabels(this, group)) };
  }

  /** Whether the server's name is that of a Service of this app which leads to several pods. */
  private isOneOfSeveral(workload: PodWorkload): boolean {
    const [service, namespace, kind = 'svc'] = this.server.host.split('.');
    return kind === 'svc' && namespace === workload.namespace && workload.sets.some(set => set.replicas > 1 && workload.serviceName(set) === service);
  }
}
