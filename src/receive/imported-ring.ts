import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { Endpoint, EndpointProtocol, IRemoteWriteTarget, RemoteWriteEndpoint } from '../core/endpoint';
import { count, duration, Fields, headerName, labelName, read, shown, wellFormed } from '../core/fields';
import { Graph } from '../core/graph';
import { type NetworkPeer, networkPeer } from '../core/network-peer';

/** What is known of a remote-write target that another app or cluster owns. */
export interface RemoteWriteUrlOptions {
  /** Copies that it keeps of each sample. @default - unknown, and not checked */
  readonly replicationFactor?: number;
  /** Largest number of samples that it takes in one request; 0 is no limit. @default - unknown, and not checked */
  readonly requestSamplesLimit?: number;
  /** Largest number of series that it takes in one request; 0 is no limit. @default - unknown, and not checked */
  readonly requestSeriesLimit?: number;
  /** How late a sample may come. @default - unknown, and not checked */
  readonly outOfOrderTimeWindow?: Duration;
  /** HTTP header that names the tenant; with it, HA senders write as tenants of their own. @default - none, and HA senders add a replica label */
  readonly tenantHeader?: string;
  /** Label of blocks that the tenant becomes; goes with `tenantHeader`. @default - none */
  readonly tenantLabel?: string;
  /** How network policies name it. @default - any address, the port of the URL */
  readonly peer?: NetworkPeer;
}

export const REMOTE_WRITE_URL_FIELDS: Fields<RemoteWriteUrlOptions> = {
  replicationFactor: count({ min: 1 }),
  requestSamplesLimit: count(),
  requestSeriesLimit: count(),
  outOfOrderTimeWindow: duration({ min: 0 }),
  tenantHeader: headerName(),
  tenantLabel: labelName(),
  peer: networkPeer(),
};

const PLACEHOLDER = 'http://invalid.invalid/api/v1/receive';

/** A remote-write target elsewhere. */
export class ImportedRing extends Construct implements IRemoteWriteTarget {
  public readonly remoteWriteEndpoint: RemoteWriteEndpoint;

  constructor(scope: Construct, id: string, url: string, options: RemoteWriteUrlOptions) {
    super(scope, id);
    const sound = wellFormed(read(this, REMOTE_WRITE_URL_FIELDS, options), options);
    const parsed = this.parse(url);
    const secure = parsed.protocol === 'https:';
    this.remoteWriteEndpoint = {
      ...sound,
      url: parsed.href === PLACEHOLDER ? PLACEHOLDER : url,
      endpoint: Endpoint.external({
        host: parsed.hostname,
        port: parsed.port ? Number(parsed.port) : secure ? 443 : 80,
        protocol: secure ? EndpointProtocol.HTTPS : EndpointProtocol.HTTP,
        peer: sound.peer,
      }),
    };
  }

  private parse(url: string): URL {
    const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
    const problem = this.problemOf(url, parsed);
    if (problem) {
      Graph.of(this).report(this, 'remote-write-url', problem);
    }
    return parsed && !problem ? parsed : new URL(PLACEHOLDER);
  }

  private problemOf(url: string, parsed: URL | undefined): string | undefined {
    if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
      return `The URL of remote write must begin with http:// or https:// and name a host, but is ${shown(url)}; `
        + 'give the whole address of the handler, e.g. https://receive.example.com/api/v1/receive.';
    }
    if (parsed.username || parsed.password) {
      return 'The URL of remote write names a user or a password, which would stand in YAML; leave them out, and give the senders \'remoteWriteClient\' with a Secret.';
    }
    return /\s|\$\(/.test(url) || parsed.port === '0'
      ? `The URL of remote write must have no spaces, no '$(' and a port from 1 to 65535, but is ${shown(url)}; correct it.` : undefined;
  }
}
