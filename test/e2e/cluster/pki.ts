import { generateKeyPairSync } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { execute } from './command';
import { API_SERVER_ADDRESS, API_SERVICE_ADDRESS } from './network';

/** A certificate and its private key, as PEM. */
export interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

/** Who a certificate is for. */
export interface Identity {
  /** The user's name to Kubernetes. */
  readonly commonName: string;
  /** The user's group to Kubernetes. */
  readonly organization?: string;
  /** Names and addresses of a server, as OpenSSL writes them, for instance `DNS:kubernetes`. */
  readonly subjectAltNames?: readonly string[];
}

const DAYS = '365';

/** What the certificate of the API server is for: every name under which nodes and pods reach it. */
export const API_SERVER: Identity = {
  commonName: 'kube-apiserver',
  subjectAltNames: [
    ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'].map(name => `DNS:${name}`),
    ...[API_SERVER_ADDRESS, API_SERVICE_ADDRESS, '127.0.0.1'].map(address => `IP:${address}`),
  ],
};

/** The subject of a certificate, as OpenSSL writes it. */
export function subjectOf({ commonName, organization }: Identity): string {
  return `${organization ? `/O=${organization}` : ''}/CN=${commonName}`;
}

/** A certificate authority of the cluster's own. */
export class CertificateAuthority {
  /** Makes a new one, with its files in a folder. */
  public static async create(folder: string, commonName: string): Promise<CertificateAuthority> {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const authority = new CertificateAuthority(folder);
    await authority.openssl('ca', ['-subj', subjectOf({ commonName }), '-addext', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature']);
    return authority;
  }

  /** One that was made, by its folder. */
  public static made(folder: string): CertificateAuthority {
    return new CertificateAuthority(folder);
  }

  private constructor(private readonly folder: string) {}

  /** Its own certificate, as PEM. */
  public get certificate(): string {
    return fs.readFileSync(this.file('ca.crt'), 'utf8');
  }

  /** Issues a certificate that serves as a server's and as a client's. */
  public async issue(identity: Identity): Promise<Credentials> {
    const name = identity.commonName.replaceAll(':', '-');
    const names = identity.subjectAltNames ? ['-addext', `subjectAltName=${identity.subjectAltNames.join(',')}`] : [];
    await this.openssl(name, [
      '-subj', subjectOf(identity), '-CA', this.file('ca.crt'), '-CAkey', this.file('ca.key'), ...names,
      '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth,clientAuth',
    ]);
    return { certificate: fs.readFileSync(this.file(`${name}.crt`), 'utf8'), key: fs.readFileSync(this.file(`${name}.key`), 'utf8') };
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }

  private async openssl(name: string, options: readonly string[]): Promise<void> {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', this.file(`${name}.key`)];
    await execute('openssl', ['req', '-x509', '-days', DAYS, ...key, '-out', this.file(`${name}.crt`), ...options]);
  }
}

/** Keys that sign and verify the tokens of ServiceAccounts. */
export function serviceAccountKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A kubeconfig that carries all it needs. */
export function kubeconfig(authority: string, { certificate, key }: Credentials): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const name = 'cdk8s-thanos-rig';
  // JSON is YAML.
  return JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name, cluster: { 'server': `https://${API_SERVER_ADDRESS}:6443`, 'certificate-authority-data': base64(authority) } }],
    'users': [{ name, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
    'contexts': [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }, undefined, 2);
}
