import { BASE, executable, Image, ImageDescription, makeImages } from './images';
import { CertificateAuthority } from './pki';
import { pkiFolder } from './state';
import { ensureBuilt, programPath } from '../../programs/build';
import { moduleOf } from '../../programs/modules';

const OPERATOR = 'keda-operator';
const METRICS_APISERVER = 'keda-metrics-apiserver';
const { version } = moduleOf(OPERATOR);
const LOGGING = ['--zap-log-level=info', '--zap-encoder=console'];

/** KEDA's images, as its Dockerfiles have them but for what distroless has beside the program. */
export const KEDA_IMAGES: readonly ImageDescription[] = [
  {
    ...BASE,
    reference: `ghcr.io/kedacore/keda:${version}`,
    user: '65532:65532',
    entrypoint: ['/keda', ...LOGGING],
    workingDirectory: '/',
    files: [executable('/keda', programPath(OPERATOR))],
  },
  {
    ...BASE,
    reference: `ghcr.io/kedacore/keda-metrics-apiserver:${version}`,
    user: '65532:65532',
    entrypoint: ['/keda-adapter', '--secure-port=6443', ...LOGGING],
    workingDirectory: '/',
    files: [executable('/keda-adapter', programPath(METRICS_APISERVER))],
  },
];

/** Builds KEDA and makes its images, where they are not in the cache. */
export async function ensureKedaImages(): Promise<Image[]> {
  await ensureBuilt([OPERATOR, METRICS_APISERVER]);
  return makeImages(KEDA_IMAGES);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Names under which the Service of that name in KEDA's namespace is reached. */
const namesOf = (service: string) => ['svc', 'svc.cluster.local'].map(domain => `DNS:${service}.keda.${domain}`);

/** What `addons/optional/keda.yaml` has placeholders for: a certificate of the cluster's authority among it, so that KEDA need not make one, nor be allowed to. */
export async function kedaValues(): Promise<Readonly<Record<string, string>>> {
  const authority = CertificateAuthority.made(pkiFolder());
  const { certificate, key } = await authority.issue({ commonName: 'keda', subjectAltNames: [OPERATOR, METRICS_APISERVER].flatMap(namesOf) });
  const [operator, metricsApiserver] = KEDA_IMAGES;
  return {
    KEDA_IMAGE: operator.reference,
    KEDA_METRICS_APISERVER_IMAGE: metricsApiserver.reference,
    AUTHORITY: base64(authority.certificate),
    CERTIFICATE: base64(certificate),
    KEY: base64(key),
  };
}
