import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AzureBucketProps, azureStore } from './azure';
import { checkBucket } from './bucket-checks';
import type { Store } from './cloud-store';
import { EmbeddedBucketProps, embeddedStore } from './embedded-bucket';
import { FilesystemBucketProps, filesystemStore } from './filesystem';
import { GcsBucketProps, gcsStore } from './gcs';
import { S3BucketProps, s3Store } from './s3';
import { SecretBucketProps, secretStore } from './secret-store';
import type { IObjectStore, ObjectStoreAccess, ObjectStoreConnection } from '../core/object-store';
import type { IPlanned } from '../plan/context';
import type { Figure } from '../plan/figure';

/** Keeps blocks; one for all parts that write, read and compact them. Several that describe the same bucket of a cloud are one to the checks. */
export class ObjectStoreBucket extends Construct implements IObjectStore, IPlanned {
  /** A bucket of Amazon S3, or of a store that speaks the same protocol. */
  public static s3(scope: Construct, id: string, props: S3BucketProps): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => s3Store(bucket, props));
  }

  /** A bucket of Google Cloud Storage. */
  public static gcs(scope: Construct, id: string, props: GcsBucketProps): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => gcsStore(bucket, props));
  }

  /** A container of Azure Blob Storage. */
  public static azure(scope: Construct, id: string, props: AzureBucketProps): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => azureStore(bucket, props));
  }

  /** A volume that all pods share; for tests. */
  public static filesystem(scope: Construct, id: string, props: FilesystemBucketProps = {}): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => filesystemStore(bucket, id, props));
  }

  /** An object store in the cluster, on one volume: it needs nothing from outside, and is not highly available. */
  public static embedded(scope: Construct, id: string, props: EmbeddedBucketProps = {}): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => embeddedStore(bucket, id, props));
  }

  /** A bucket of any kind that Thanos knows, described by a Secret in Thanos' own format. */
  public static fromSecret(scope: Construct, id: string, props: SecretBucketProps): ObjectStoreBucket {
    return new ObjectStoreBucket(scope, id, bucket => secretStore(bucket, props));
  }

  /** Figures of what runs in the cluster for it. */
  public readonly figures: Figure[];
  /**
   * What an administrator has to allow, as JSON, by access (`read`, `read-write`, `read-write-delete`): a policy document of AWS IAM,
   * a custom role of Google Cloud (`gcloud iam roles create --file`) or of Azure (`az role definition create`). Empty for other stores.
   */
  public readonly policyDocuments: Record<string, string>;
  /** A command that has to be run once before the pods can start; only for an embedded bucket. */
  public readonly setupCommand?: string;
  /** The StatefulSet of an embedded bucket, for patches. */
  public readonly statefulSet?: ApiObject;
  private readonly store: Store;

  private constructor(scope: Construct, id: string, make: (bucket: ObjectStoreBucket) => Store) {
    super(scope, id);
    this.store = make(this);
    this.figures = this.store.figures ?? [];
    this.policyDocuments = this.store.policyDocuments ?? {};
    this.setupCommand = this.store.setupCommand;
    this.statefulSet = this.store.statefulSet;
    checkBucket(this, this.store.identity);
  }

  /** How a program with this access reaches the bucket. */
  public connect(access: ObjectStoreAccess): ObjectStoreConnection {
    return this.store.connect(access);
  }
}
