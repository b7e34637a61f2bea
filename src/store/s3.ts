import type { Size } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { cloudStore, endpointField, hostAndPort, includes, prefixField, Store } from './cloud-store';
import { madeBy, S3Credentials } from './credentials';
import { httpConfig, ObjectStoreHttpOptions, ObjectStoreTlsOptions } from './http-client';
import { count, Field, Fields, Given, map, oneOf, read, required, secretValue, shown, size, some, text, toggle } from '../core/fields';
import { check, Rule, Severity } from '../core/findings';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { ObjectStoreAccess, pathOf } from '../core/object-store';

/** How the bucket's name stands in requests. */
export enum S3BucketLookup {
  /** In the path, unless the endpoint is known to want it in the host name. */
  AUTO = 'auto',
  /** In the host name. */
  VIRTUAL_HOSTED = 'virtual-hosted',
  /** In the path. */
  PATH = 'path',
}

/** Version of the call that lists objects. */
export enum S3ListObjects {
  /** For stores that do not know the second one. */
  V1 = 'v1',
  /** What AWS and most other stores want. */
  V2 = 'v2',
}

/** How S3 encrypts what it stores. */
export class S3Encryption {
  /** With keys that S3 manages (SSE-S3). */
  public static s3Managed(): S3Encryption {
    return new S3Encryption({ type: 'SSE-S3' });
  }

  /** With a key of AWS KMS (SSE-KMS), by its id or ARN, and a context that is checked at decryption. */
  public static kms(keyId: string, context?: Record<string, string>): S3Encryption {
    return new S3Encryption({ type: 'SSE-KMS', kms_key_id: keyId, kms_encryption_context: context });
  }

  /** With a key that every request brings (SSE-C): 32 bytes in a Secret. Without the key the blocks are gone. */
  public static customerKey(key: SecretValue): S3Encryption {
    return new S3Encryption({ type: 'SSE-C' }, key);
  }

  private constructor(
    /** @internal */
    public readonly _config: { readonly type: string; readonly kms_key_id?: string; readonly kms_encryption_context?: Record<string, string> },
    /** @internal */
    public readonly _key?: SecretValue,
  ) {}
}

/** A bucket of Amazon S3, or of a store that speaks the same protocol. */
export interface S3BucketProps {
  /** Name of the bucket; it must exist. */
  readonly bucket: string;
  /** Host, with an optional port, of a store that is not Amazon's; no scheme. @default - Amazon S3 in `region` */
  readonly endpoint?: string;
  /** Region of the bucket. @default - found by a request, for which an `endpoint` is needed */
  readonly region?: string;
  /** Folder of the bucket that is used, so that several platforms may share it. @default - all of the bucket */
  readonly prefix?: string;
  /** How programs prove who they are. @default S3Credentials.ambient() */
  readonly credentials?: S3Credentials;
  /** Of programs that only read: store gateways and bucket viewers. @default - `credentials` */
  readonly readerCredentials?: S3Credentials;
  /** Of the compactor, the only one that deletes. @default - `credentials` */
  readonly compactorCredentials?: S3Credentials;
  /** Speaks HTTP without TLS. @default false */
  readonly insecure?: boolean;
  /** How the bucket's name stands in requests. @default S3BucketLookup.AUTO */
  readonly bucketLookup?: S3BucketLookup;
  /** Version of the call that lists objects. @default S3ListObjects.V2 */
  readonly listObjectsVersion?: S3ListObjects;
  /** Signs requests by version 2, for old stores. @default false */
  readonly signatureV2?: boolean;
  /** Whether Amazon's endpoints are asked for over IPv6 as well as IPv4. @default true */
  readonly dualStack?: boolean;
  /** Files larger than this are uploaded in parts of this size, 5 MiB to 5 GiB. @default 64 MiB */
  readonly partSize?: Size;
  /** How often a request is tried. @default 10 */
  readonly maxRetries?: number;
  /** Storage class of new objects, e.g. `STANDARD_IA`. @default - the store's default */
  readonly storageClass?: string;
  /** How the store encrypts what it keeps. @default - the bucket's own setting */
  readonly encryption?: S3Encryption;
  /** How connections are used. @default - Thanos' defaults */
  readonly http?: ObjectStoreHttpOptions;
  /** How TLS is spoken. @default - the store's certificate is checked against the authorities of the image */
  readonly tls?: ObjectStoreTlsOptions;
  /** How network policies name the store. @default - the platform's `networkPeers.objectStorage` */
  readonly networkPeer?: NetworkPeer;
}

const credentials = () => madeBy(S3Credentials, 'S3Credentials.role(\'arn:aws:iam::123456789012:role/thanos\')');

/** Thanos replaces `$(NAME)` in its configuration, and the kubelet reads `$$` as one dollar sign. */
const encryptionContext = () => map(text('a text without \'$\'', /^[^$]*$/), text('a text without \'$\'', /^[^$]+$/));

const encryption = (): Field<S3Encryption> => ({
  problem: value => {
    if (!(value instanceof S3Encryption)) {
      return 'must be made like S3Encryption.s3Managed()';
    }
    const { type, kms_key_id: keyId, kms_encryption_context: context } = value._config;
    if (type === 'SSE-KMS' && !(typeof keyId === 'string' && /^[\w:/-]+$/.test(keyId))) {
      return `must name a key of KMS by its id or ARN, but names ${shown(keyId)}`;
    }
    const problem = context === undefined ? undefined : encryptionContext().problem(context);
    if (problem) {
      return `has a context that is wrong, for it ${problem}`;
    }
    return type === 'SSE-C' ? secretValue().problem(value._key!) : undefined;
  },
  base: value => value,
});

export const S3_FIELDS: Fields<S3BucketProps> = {
  bucket: required(text('a bucket name (3 to 63 lower-case letters, digits, \'-\' and \'.\', beginning and ending with a letter or digit, no address, not beginning with \'xn--\' or ending with \'-s3alias\')',
    /^(?!xn--)(?!(\d+\.){3}\d+$)(?!.*\.\.)(?!.*-s3alias$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)),
  endpoint: endpointField(),
  region: text('a region, e.g. eu-central-1', /^[A-Za-z0-9-]{1,63}$/),
  prefix: prefixField(),
  credentials: credentials(),
  readerCredentials: credentials(),
  compactorCredentials: credentials(),
  insecure: toggle(),
  bucketLookup: oneOf(S3BucketLookup),
  listObjectsVersion: oneOf(S3ListObjects),
  signatureV2: toggle(),
  dualStack: toggle(),
  partSize: size({ min: 5 * 1024 ** 2, max: 5 * 1024 ** 3 }),
  maxRetries: count({ min: 1 }),
  storageClass: text('a storage class, e.g. STANDARD_IA', /^[A-Z0-9_]+$/),
  encryption: encryption(),
  http: some<ObjectStoreHttpOptions>(),
  tls: some<ObjectStoreTlsOptions>(),
  networkPeer: networkPeer(),
};

const S3_RULES: Rule<Given<S3BucketProps>>[] = [{
  id: 's3-endpoint-unknown',
  broken: s => s.endpoint === undefined && s.region === undefined,
  says: () => 'Neither \'region\' nor \'endpoint\' is given, so where the bucket is is unknown. Give the \'region\' of a bucket of Amazon S3, or the \'endpoint\' of another store.',
}, {
  id: 's3-encryption-needs-tls',
  broken: s => s.insecure === true && s.encryption?._config.type === 'SSE-C',
  says: () => '\'encryption\' is S3Encryption.customerKey(…), which sends the key with each request, but \'insecure\' is true: Thanos\' client refuses that. Remove \'insecure\'.',
}, {
  id: 's3-insecure-with-tls',
  broken: s => s.insecure === true && s.tls !== undefined,
  says: () => '\'insecure\' is true, so TLS is not spoken, but \'tls\' says how. Remove one of them.',
}, {
  id: 'bucket-without-tls',
  severity: Severity.WARNING,
  broken: s => s.insecure === true,
  says: () => '\'insecure\' is true: blocks travel unencrypted, and can be read and changed on their way. Remove it, if the store speaks TLS.',
}, {
  id: 's3-storage-class-archive',
  broken: s => /^(GLACIER|DEEP_ARCHIVE)$/.test(s.storageClass ?? ''),
  says: s => `'storageClass' is ${s.storageClass}, whose objects must be restored before they can be read, but queries and the compactor read blocks at any time. `
    + 'Take STANDARD, STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR.',
}];

/** A bucket of S3 as Thanos knows it. */
export function s3Store(at: IConstruct, props: S3BucketProps): Store {
  const given = read(at, S3_FIELDS, props);
  // Whether something was given at all; what is wrong with it has been said.
  check(at, S3_RULES, { ...given, region: props?.region, endpoint: props?.endpoint });
  const http = httpConfig(at, given.http, given.tls);
  const endpoint = given.endpoint ?? amazonEndpoint(given.region ?? 'us-east-1');
  const key = given.encryption?._key && { mountPath: '/etc/thanos/objstore/encryption', value: given.encryption._key };
  return cloudStore(at, {
    type: 'S3',
    ...hostAndPort(endpoint, given.insecure ? 80 : 443),
    insecure: given.insecure,
    bucket: given.bucket,
    prefix: given.prefix,
    files: [...http.files, ...(key ? [key] : [])],
    config: {
      bucket: given.bucket ?? 'unknown',
      endpoint,
      region: given.region,
      disable_dualstack: given.dualStack === false ? true : undefined,
      insecure: given.insecure,
      signature_version2: given.signatureV2,
      bucket_lookup_type: given.bucketLookup,
      list_objects_version: given.listObjectsVersion,
      part_size: given.partSize,
      max_retries: given.maxRetries,
      put_user_metadata: given.storageClass === undefined ? undefined : { 'X-Amz-Storage-Class': given.storageClass },
      sse_config: given.encryption && { ...given.encryption._config, encryption_key: key && pathOf(key) },
      http_config: http.config,
    },
    credentials: given,
    fallback: S3Credentials.ambient(),
    networkPeer: given.networkPeer,
    policy: access => policy(access, given),
  });
}

const amazonEndpoint = (region: string): string => `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** A policy document of AWS IAM, which other stores understand too. */
function policy(access: ObjectStoreAccess, { bucket, prefix, region, encryption: encrypted }: Given<S3BucketProps>): object {
  const partition = region?.startsWith('cn-') ? 'aws-cn' : region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const arn = `arn:${partition}:s3:::${bucket}`;
  const writes = includes(access, ObjectStoreAccess.READ_WRITE);
  const keyId = encrypted?._config.kms_key_id;
  return {
    Version: '2012-10-17',
    Statement: [{
      Sid: 'Bucket',
      Effect: 'Allow',
      // Not bound to the prefix: that condition fails when S3 decides whether a missing object is a 404 or a 403, and Thanos must see the 404.
      Action: ['s3:ListBucket', ...(region === undefined ? ['s3:GetBucketLocation'] : [])],
      Resource: [arn],
    }, {
      Sid: 'Objects',
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        ...(writes ? ['s3:PutObject', 's3:AbortMultipartUpload'] : []),
        ...(includes(access, ObjectStoreAccess.READ_WRITE_DELETE) ? ['s3:DeleteObject'] : []),
      ],
      Resource: [`${arn}/${prefix === undefined ? '' : `${prefix}/`}*`],
    }, ...(keyId === undefined ? [] : [{
      Sid: 'Key',
      Effect: 'Allow',
      Action: ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])],
      Resource: [keyId.startsWith('arn:') ? keyId : `arn:${partition}:kms:${region ?? '*'}:*:key/${keyId}`],
    }])],
  };
}
