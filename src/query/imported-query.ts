import { Construct } from 'constructs';
import { Endpoint, endpoint, EndpointProtocol, IQueryApi } from '../core/endpoint';
import { Fields, read, required, text } from '../core/fields';

interface Imported {
  readonly endpoint: Endpoint;
  readonly path?: string;
}

const FIELDS: Fields<Imported> = {
  endpoint: required(endpoint()),
  path: text('a path that begins with \'/\'', /^(\/[^\s?#$]*)?$/),
};

/** A query API elsewhere. */
export class ImportedQuery extends Construct implements IQueryApi {
  public readonly queryUrl: string;

  constructor(scope: Construct, id: string, public readonly queryEndpoint: Endpoint, ownPath?: string) {
    super(scope, id);
    const { path = '' } = read(this, FIELDS, { endpoint: queryEndpoint, path: ownPath });
    const scheme = queryEndpoint.protocol === EndpointProtocol.HTTPS ? 'https' : 'http';
    this.queryUrl = `${scheme}://${queryEndpoint.address}${path.replace(/\/+$/, '')}`;
  }
}
