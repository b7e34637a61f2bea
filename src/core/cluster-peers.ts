import type { IConstruct } from 'constructs';
import { NetworkPeer, NetworkPeers } from './network-peer';
import { Platform } from './platform';

/** Peers that no part can tell by itself. */
export type ClusterPeers = Required<Pick<NetworkPeers, 'apiServer' | 'kubelets'>>;

/** What API servers are called in the picture of the topology. */
export const API_SERVER_NAME = 'Kubernetes API';

/** The API server and kubelets as the platform names them; without that, their usual ports at any address. */
export function clusterPeers(at: IConstruct): ClusterPeers {
  const { networkPeers = {} } = Platform.of(at);
  // Most jobs have no use for them.
  return {
    get apiServer() {
      return networkPeers.apiServer ?? NetworkPeer.anywhere([{ port: 443 }, { port: 6443 }]);
    },
    get kubelets() {
      return networkPeers.kubelets ?? NetworkPeer.anywhere([{ port: 10250 }]);
    },
  };
}
