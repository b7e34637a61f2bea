import { type Output, output } from '@pulumi/pulumi';
import { App, Chart } from 'cdk8s';
import type { Made } from './inputs';
import { knownBy } from './synthesis';
import { Values } from './values';
import type { ObjectStoreBucket } from 'cdk8s-thanos';

/**
 * For each access to a bucket (`read`, `read-write`, `read-write-delete`), the least that an administrator of the cloud has to allow, as JSON:
 * a policy document of AWS, a custom role of Google Cloud, a role definition of Azure. For roles that must be there before the platform is;
 * afterwards, a `MonitoringStack` has the same as `policyDocuments`.
 * @param bucket the function that makes the bucket of the platform, too; no Secret of it is made here
 */
export function policyDocuments(bucket: Made<ObjectStoreBucket>): Output<Record<string, string>> {
  const settled = async () => {
    const values = new Values();
    const documents = await values.settle(() => bucket(new Chart(new App(), 'bucket', { namespace: 'bucket' }), knownBy(values, 'bucket', [])).policyDocuments);
    return { documents, values };
  };
  return output(undefined).apply(settled).apply(({ documents, values }) => values.madeOf(values.all, documents));
}
