import { Construct } from 'constructs';
import { Endpoint, EndpointProtocol, IQueryApi } from '../core/endpoint';

/** A query API elsewhere. */
export class ImportedQuery extends Construct implements IQueryApi {
  public readonly queryUrl: string;

  constructor(scope: Construct, id: string, public readonly queryEndpoint: Endpoint, path = '') {
    super(scope, id);
    const scheme = queryEndpoint.protocol === EndpointProtocol.HTTPS ? 'https' : 'http';
    this.queryUrl = `${scheme}://${queryEndpoint.address}${path.replace(/\/+$/, '')}`;
  }
}
