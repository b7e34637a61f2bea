import type { SecretValue } from 'cdk8s-plus-28';
import { Field, Fields, secretValue, shown, struct, text } from '../core/fields';
import { ObjectStoreAccess, ObjectStoreConnection, pathOf, SecretFile } from '../core/object-store';

/** Where a program that has an identity in place of a key gets its credentials. */
export enum IdentitySource {
  /** From a metadata server, at a link-local address. */
  METADATA_SERVER,
  /** By HTTPS, from a service of the cloud that takes a token of the ServiceAccount for them. */
  TOKEN_EXCHANGE,
}

/** What credentials add to a connection. */
interface Grant extends Pick<ObjectStoreConnection, 'variables' | 'environment' | 'files' | 'serviceAccountAnnotations' | 'podLabels'> {
  /** Lines of Thanos' configuration. */
  readonly config?: object;
  readonly source?: IdentitySource;
  /** What is wrong with them, as the second half of a sentence. */
  readonly problem?: string;
}

/** Credentials of any cloud. */
export interface Credentials {
  readonly _grant: Grant;
}

/** Who uses which credentials. */
export interface CredentialsByAccess<C extends Credentials> {
  readonly credentials?: C;
  readonly readerCredentials?: C;
  readonly compactorCredentials?: C;
}

/** The credentials for a kind of access. */
export function credentialsFor<C extends Credentials>(access: ObjectStoreAccess, given: CredentialsByAccess<C>, fallback: C): C {
  const own = { [ObjectStoreAccess.READ]: given.readerCredentials, [ObjectStoreAccess.READ_WRITE_DELETE]: given.compactorCredentials };
  return (access === ObjectStoreAccess.READ_WRITE ? undefined : own[access]) ?? given.credentials ?? fallback;
}

/** A row for credentials, made by the class of their cloud, which says what is wrong with them. */
export const madeBy = <C extends Credentials>(cloud: { readonly prototype: C }, example: string): Field<C> => ({
  problem: value => (isMadeBy(cloud, value) ? value._grant.problem : `must be made like ${example}`),
  base: value => value as ReturnType<Field<C>['base']>,
});

const isMadeBy = (cloud: { readonly prototype: object }, value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(cloud.prototype, value);

const matching = (pattern: RegExp, what: string, value: string): string | undefined =>
  (typeof value === 'string' && pattern.test(value) ? undefined : `must name ${what}, but names ${shown(value)}`);

const allSecrets = (...values: SecretValue[]): string | undefined => values.map(value => secretValue().problem(value)).find(problem => problem);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An access key of S3, in Secrets. */
export interface S3AccessKey {
  /** Id of the key. */
  readonly accessKeyId: SecretValue;
  /** The key itself. */
  readonly secretAccessKey: SecretValue;
  /** Token of temporary credentials. @default - none */
  readonly sessionToken?: SecretValue;
}

const S3_ACCESS_KEY_FIELDS: Fields<S3AccessKey> = { accessKeyId: secretValue(), secretAccessKey: secretValue(), sessionToken: secretValue() };

/** How programs prove to S3 who they are. */
export class S3Credentials {
  /** A role of AWS IAM that the ServiceAccount may take (IAM roles for service accounts), e.g. `arn:aws:iam::123456789012:role/thanos`. */
  public static role(roleArn: string): S3Credentials {
    return new S3Credentials({
      config: { aws_sdk_auth: true },
      serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': roleArn },
      source: IdentitySource.TOKEN_EXCHANGE,
      problem: matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'a role as arn:aws:iam::ACCOUNT:role/NAME', roleArn),
    });
  }

  /** What the AWS SDK finds by itself: EKS Pod Identity, or the role of the node. */
  public static ambient(): S3Credentials {
    return new S3Credentials({ config: { aws_sdk_auth: true }, source: IdentitySource.METADATA_SERVER });
  }

  /** A key in a Secret, for stores that know no identities of workloads. */
  public static accessKey(key: S3AccessKey): S3Credentials {
    const { accessKeyId, secretAccessKey, sessionToken }: S3AccessKey = key ?? {};
    return new S3Credentials({
      // Of what is wrong, nothing is shown that may be the secret itself.
      problem: allSecrets(accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])) ?? struct(S3_ACCESS_KEY_FIELDS).problem(key),
      variables: [
        { name: 'AWS_ACCESS_KEY_ID', value: accessKeyId },
        { name: 'AWS_SECRET_ACCESS_KEY', value: secretAccessKey },
        ...(sessionToken !== undefined ? [{ name: 'AWS_SESSION_TOKEN', value: sessionToken }] : []),
      ],
    });
  }

  private constructor(
    /** @internal */
    public readonly _grant: Grant,
  ) {}
}

/** How programs prove to Google Cloud Storage who they are. */
export class GcsCredentials {
  /** A service account of Google Cloud that the ServiceAccount may act as, e.g. `thanos@project.iam.gserviceaccount.com`. */
  public static workloadIdentity(serviceAccount: string): GcsCredentials {
    return new GcsCredentials({
      serviceAccountAnnotations: { 'iam.gke.io/gcp-service-account': serviceAccount },
      source: IdentitySource.METADATA_SERVER,
      problem: matching(/^[a-z0-9-]+@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/, 'a service account as NAME@PROJECT.iam.gserviceaccount.com', serviceAccount),
    });
  }

  /** What Google's client finds by itself: roles granted to the ServiceAccount itself (GKE), or the account of the node. */
  public static ambient(): GcsCredentials {
    return new GcsCredentials({ source: IdentitySource.METADATA_SERVER });
  }

  /** The JSON key of a service account, in a Secret. */
  public static keyFile(key: SecretValue): GcsCredentials {
    const file: SecretFile = { mountPath: '/etc/thanos/objstore/gcs', value: key };
    const problem = allSecrets(key);
    return new GcsCredentials({
      environment: problem ? {} : { GOOGLE_APPLICATION_CREDENTIALS: pathOf(file) },
      files: [file],
      source: IdentitySource.TOKEN_EXCHANGE,
      problem,
    });
  }

  private constructor(
    /** @internal */
    public readonly _grant: Grant,
  ) {}
}

/** An application of Microsoft Entra ID. */
export interface AzureServicePrincipal {
  /** Id of the tenant. */
  readonly tenantId: string;
  /** Id of the application. */
  readonly clientId: string;
  /** Its secret. */
  readonly clientSecret: SecretValue;
}

const AZURE_SERVICE_PRINCIPAL_FIELDS: Fields<AzureServicePrincipal> = { tenantId: text(), clientId: text(), clientSecret: secretValue() };

/** How programs prove to Azure who they are. */
export class AzureCredentials {
  /** A managed identity, or application, that trusts the ServiceAccount (AKS workload identity), by its client id. */
  public static workloadIdentity(clientId: string): AzureCredentials {
    return new AzureCredentials({
      serviceAccountAnnotations: { 'azure.workload.identity/client-id': clientId },
      podLabels: { 'azure.workload.identity/use': 'true' },
      source: IdentitySource.TOKEN_EXCHANGE,
      problem: matching(UUID, 'a client id (a UUID)', clientId),
    });
  }

  /** A managed identity that is assigned to the nodes, by its client id. */
  public static managedIdentity(clientId: string): AzureCredentials {
    return new AzureCredentials({
      config: { user_assigned_id: clientId },
      source: IdentitySource.METADATA_SERVER,
      problem: matching(UUID, 'a client id (a UUID)', clientId),
    });
  }

  /** What Azure's client finds by itself: the system-assigned identity of the nodes. */
  public static ambient(): AzureCredentials {
    return new AzureCredentials({ source: IdentitySource.METADATA_SERVER });
  }

  /** An application with a secret. */
  public static servicePrincipal(principal: AzureServicePrincipal): AzureCredentials {
    const { tenantId, clientId, clientSecret }: AzureServicePrincipal = principal ?? {};
    return new AzureCredentials({
      environment: { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId },
      variables: [{ name: 'AZURE_CLIENT_SECRET', value: clientSecret }],
      source: IdentitySource.TOKEN_EXCHANGE,
      problem: matching(UUID, 'a tenant id (a UUID)', tenantId) ?? matching(UUID, 'a client id (a UUID)', clientId) ?? allSecrets(clientSecret)
        ?? struct(AZURE_SERVICE_PRINCIPAL_FIELDS).problem(principal),
    });
  }

  /** The key of the storage account. It may do everything with all of the account's containers: every other way is better. */
  public static storageAccountKey(key: SecretValue): AzureCredentials {
    return new AzureCredentials({
      // The kubelet puts the variable's value into the argument; Thanos takes this key from nowhere else.
      config: { storage_account_key: '$(AZURE_STORAGE_KEY)' },
      variables: [{ name: 'AZURE_STORAGE_KEY', value: key }],
      problem: allSecrets(key),
    });
  }

  private constructor(
    /** @internal */
    public readonly _grant: Grant,
  ) {}
}
