import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { count, duration, Field, Fields, having, hostName, isRecord, labelName, list, oneOf, required, struct, toggle } from './field';
import { anyPeer, NetworkPeer } from './network-peer';
import type { PodWorkload } from './pod-workload';

/** What is spoken at an endpoint. */
export enum EndpointProtocol {
  /** HTTP/1.1 or HTTP/2 without TLS. */
  HTTP = 'http',
  /** HTTP over TLS. */
  HTTPS = 'https',
  /** gRPC, as Thanos' Store and Receive APIs. */
  GRPC = 'grpc',
  /** Cap'n Proto RPC, as Thanos Receive may use it between router and ingestor. */
  CAPNPROTO = 'capnproto',
  /** Gossip of a mesh, as Alertmanager speaks it with its peers: over TCP and over UDP at one port. */
  GOSSIP = 'gossip',
  /** PostgreSQL's own protocol, with or without TLS. */
  POSTGRESQL = 'postgresql',
}

/** An endpoint that something outside of this app serves. */
export interface ExternalEndpointOptions {
  /** DNS name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** What is spoken there. @default EndpointProtocol.HTTP */
  readonly protocol?: EndpointProtocol;
  /** How network policies name it. @default - any address, this port */
  readonly peer?: NetworkPeer;
}

/** Where an endpoint of our own comes from. */
interface OwnedEndpoint {
  readonly workload: PodWorkload;
  readonly service: string;
  readonly portName: string;
  /** The one pod that is meant, by the name of its StatefulSet. */
  readonly pod?: { readonly controller: string; readonly ordinal: number };
}

/**
 * One port of one part of the platform, as others reach it.
 *
 * The address in an argument, the rule of a NetworkPolicy, the arrow in the picture and the check that a Service with
 * this port exists all come from this one object.
 */
export class Endpoint {
  /** An endpoint that another app or another cluster owns. */
  public static external(options: ExternalEndpointOptions): Endpoint {
    const { host, port, protocol = EndpointProtocol.HTTP, peer } = isRecord(options) ? options : {} as ExternalEndpointOptions;
    return new Endpoint(host, port, protocol, peer, undefined, struct(EXTERNAL_FIELDS).problem(options));
  }

  /** @internal */
  public static _owned(host: string, port: number, protocol: EndpointProtocol, owned: OwnedEndpoint): Endpoint {
    return new Endpoint(host, port, protocol, undefined, owned);
  }

  private constructor(
    /** DNS name. */
    public readonly host: string,
    /** Port. */
    public readonly port: number,
    /** What is spoken there. */
    public readonly protocol: EndpointProtocol,
    /** How network policies name it, for one that another app owns. */
    public readonly peer?: NetworkPeer,
    /** @internal */
    public readonly _owned?: OwnedEndpoint,
    /** What is wrong with it, as the second half of a sentence; said where it is used. @internal */
    public readonly _problem?: string,
  ) {}

  /** `host:port`. */
  public get address(): string {
    // Only an address of IPv6 has colons; to ask the library whether it is one costs 4 ms at the first time.
    return `${/:/.test(this.host) ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** Name of its Service, for objects of yours such as an Ingress; none of an endpoint that another app owns. */
  public get serviceName(): string | undefined {
    return this._owned?.service;
  }

  /** Name of its SRV record, for Thanos' `dnssrv+` discovery. */
  public get srvName(): string {
    return `_${this._owned?.portName ?? this.protocol}._tcp.${this.host}`;
  }
}

const EXTERNAL_FIELDS: Fields<ExternalEndpointOptions> = {
  host: required(hostName()),
  port: required(count({ min: 1, max: 65535 })),
  protocol: oneOf(EndpointProtocol),
  peer: anyPeer(),
};

/** Where remote write goes, and what its receiver does with it. */
export interface RemoteWriteEndpoint {
  /** Where requests go. */
  readonly endpoint: Endpoint;
  /** Full URL of the remote-write handler. */
  readonly url: string;
  /** Copies that the receiver keeps of each sample. @default - unknown */
  readonly replicationFactor?: number;
  /** Members of the receiver's ring. @default - unknown */
  readonly members?: number;
  /** Largest number of samples in one request; 0 is no limit. @default - unknown */
  readonly requestSamplesLimit?: number;
  /** Largest number of series in one request; 0 is no limit. @default - unknown */
  readonly requestSeriesLimit?: number;
  /** How old a sample may be beside the newest of its tenant. @default - unknown */
  readonly outOfOrderTimeWindow?: Duration;
  /** HTTP header that names the tenant. @default - the receiver knows no tenants */
  readonly tenantHeader?: string;
  /** Label of blocks that the tenant becomes. @default - none */
  readonly tenantLabel?: string;
  /** Label of blocks that tells the copies of one series apart. @default - none */
  readonly replicaLabel?: string;
}

/** Takes samples by Prometheus remote write. */
export interface IRemoteWriteTarget extends IConstruct {
  /** Where to write. */
  readonly remoteWriteEndpoint: RemoteWriteEndpoint;
}

/** Where Thanos' Store API is served, and what it holds. */
export interface StoreEndpoint {
  /** The gRPC port behind a headless Service, or of a proxy. */
  readonly endpoint: Endpoint;
  /** Whether all pods behind the endpoint hold the same data, so that one answer of any of them is enough. */
  readonly identicalReplicas: boolean;
  /** Labels that tell copies of one series apart; Query removes them. @default - none */
  readonly replicaLabels?: string[];
  /** How far back its data reaches. @default - unbounded */
  readonly maxAge?: Duration;
  /** How old its newest data is. @default - up to now */
  readonly minAge?: Duration;
}

/** Serves series by Thanos' Store API. */
export interface IStoreApi extends IConstruct {
  /** Where its Store API is served; several for a part that is sharded. */
  readonly storeEndpoints: StoreEndpoint[];
}

/** Answers PromQL over Prometheus' HTTP API. */
export interface IQueryApi extends IConstruct {
  /** The HTTP port. */
  readonly queryEndpoint: Endpoint;
  /** What stands before `/api/v1` in the URLs of the API: scheme, address and, if there is one, a path. */
  readonly queryUrl: string;
}

/** Where alerts go. */
export interface AlertEndpoint {
  /** The HTTP port of every Alertmanager, behind a headless Service: each alert goes to all of them, and they agree on who notifies. */
  readonly endpoint: Endpoint;
  /** What stands before `/api/v2` in the URLs of the API. @default - nothing */
  readonly pathPrefix?: string;
}

/** Takes alerts by Alertmanager's API. */
export interface IAlertSink extends IConstruct {
  /** Where to send alerts. */
  readonly alertEndpoint: AlertEndpoint;
}

/** Serves metrics that others have made, beside its own: they are collected with the labels that they bring along. */
export interface IScrapeTarget extends IConstruct {
  /** The HTTP ports; what one of them serves, no other does. */
  readonly scrapeEndpoints: Endpoint[];
}

/** The row of a prop that is an endpoint. */
export const endpoint = (): Field<Endpoint> => {
  const any = having<Endpoint>('an Endpoint, e.g. Endpoint.external(…)', 'protocol', given => 'address' in given);
  return { ...any, problem: value => any.problem(value) ?? (value._problem && `must be an endpoint that can be reached, but ${value._problem}`) };
};

/** The row of what a part with a Store API serves, as another app states it. */
export const storeEndpointList = (least: 0 | 1 = 1): Field<StoreEndpoint[]> => list(struct<StoreEndpoint>({
  endpoint: required(endpoint()),
  identicalReplicas: required(toggle()),
  replicaLabels: list(labelName(), 0),
  maxAge: duration(),
  minAge: duration({ min: 0 }),
}), least);

const isEndpoint = (value: unknown): boolean => endpoint().problem(value as Endpoint) === undefined;

/** The rows of props that are parts with endpoints. */
export const remoteWriteTarget = () => having<IRemoteWriteTarget>('a receiver of remote write, e.g. a ThanosReceiveRing', 'remoteWriteEndpoint',
  ({ remoteWriteEndpoint: { endpoint: at, url } }) => isEndpoint(at) && typeof url === 'string');
export const storeApi = (): Field<IStoreApi> => {
  const any = having<IStoreApi>('a part with a Store API, e.g. a ThanosReceiveRing or a StoreGateway', 'storeEndpoints',
    ({ storeEndpoints }) => Array.isArray(storeEndpoints) && storeEndpoints.every(store => isEndpoint(store?.endpoint)));
  const wrong = ({ storeEndpoints }: IStoreApi) => storeEndpointList(0).problem(storeEndpoints);
  return { ...any, problem: value => any.problem(value) ?? (wrong(value) && `must be a part whose 'storeEndpoints' are sound, but ${wrong(value)}`) };
};
export const queryApi = () => having<IQueryApi>('a part that answers queries, e.g. a ThanosQuery', 'queryEndpoint',
  ({ queryEndpoint, queryUrl }) => isEndpoint(queryEndpoint) && typeof queryUrl === 'string');
export const alertSink = () => having<IAlertSink>('a part that takes alerts, e.g. an Alertmanager', 'alertEndpoint',
  ({ alertEndpoint }) => isEndpoint(alertEndpoint?.endpoint));
export const scrapeTarget = () => having<IScrapeTarget>('a part that serves the metrics of others, e.g. a Pushgateway', 'scrapeEndpoints',
  ({ scrapeEndpoints }) => Array.isArray(scrapeEndpoints) && scrapeEndpoints.every(isEndpoint));
