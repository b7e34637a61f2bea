import * as fs from 'node:fs';
import { ApiException, HttpMethod, KubeConfig, type KubernetesObject, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { orNothing } from '../../harness/apply';
import { sleep } from '../../harness/progress';
import { whyNotInUse } from './readiness';

const MANAGER = 'pulumi-kubernetes';
/** What Pulumi's awaiters give an object. */
const PATIENCE = 600_000;
const EVERY = 1000;

/** What is asked of the API server. */
interface Request {
  readonly dryRun: boolean;
}

/** The objects of a cluster, as the provider makes, changes and deletes them. */
export class Objects extends KubernetesObjectApi {
  /** Of the cluster of a kubeconfig: its text, or its path; else of `KUBECONFIG`. */
  public static of(kubeconfig?: string): Objects {
    const config = new KubeConfig();
    if (!kubeconfig) config.loadFromDefault();
    else if (fs.existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
    else config.loadFromString(kubeconfig);
    return config.makeApiClient(Objects);
  }

  /** @throws when it is there already, or the API server refuses it; with status 404 when its namespace is not there */
  public async make(object: KubernetesObject, { dryRun }: Request): Promise<KubernetesObject> {
    if (await this.find(object)) throw new Error(`${nameOf(object)} already exists in the cluster.`);
    return this.apply(object, { dryRun });
  }

  public async apply(object: KubernetesObject, { dryRun }: Request): Promise<KubernetesObject> {
    const request = this.configuration.baseServer.makeRequestContext(await this.specUriPath(object, 'patch'), HttpMethod.PATCH);
    request.setHeaderParam('Content-Type', PatchStrategy.ServerSideApply);
    request.setQueryParam('fieldManager', MANAGER);
    // The real provider only warns.
    request.setQueryParam('fieldValidation', 'Strict');
    request.setQueryParam('force', 'true');
    if (dryRun) request.setQueryParam('dryRun', 'All');
    request.setBody(JSON.stringify(object));
    return withoutManagers(await this.answered(this.requestPromise(request) as Promise<KubernetesObject>, object));
  }

  public async find(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const found = await orNothing(this.read({ ...object, metadata: { name: object.metadata!.name!, namespace: object.metadata?.namespace } }));
    // The library makes dates of times; the wire knows texts only.
    return found && withoutManagers(JSON.parse(JSON.stringify(found)) as KubernetesObject);
  }

  /** Until it can be used; the object as it is then. @throws with the reason when it takes too long */
  public async settled(object: KubernetesObject): Promise<KubernetesObject> {
    return this.until<KubernetesObject>(object, async () => {
      const live = await this.find(object);
      if (!live) return { why: 'it is gone' };
      const why = await whyNotInUse(this, live);
      return why ? { why } : { value: live };
    });
  }

  /** Deletes it and what it owns, and waits until all of that is gone. */
  public async erase(object: KubernetesObject): Promise<void> {
    await orNothing(this.delete(object, undefined, undefined, undefined, undefined, 'Foreground'));
    await this.until(object, async () => await this.find(object) ? { why: 'it is still there' } : { value: undefined });
  }

  private async until<T>(object: KubernetesObject, look: () => Promise<{ readonly value: T } | { readonly why: string }>): Promise<T> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const seen = await look();
      if ('value' in seen) return seen.value;
      if (Date.now() > end) throw new Error(`${nameOf(object)}: ${seen.why} after ${PATIENCE / 1000} s.`);
      await sleep(EVERY);
    }
  }

  private async answered<T>(request: Promise<T>, object: KubernetesObject): Promise<T> {
    return request.catch((error: unknown): never => {
      if (!(error instanceof ApiException)) throw error;
      const { message } = JSON.parse(String(error.body)) as { message: string };
      throw Object.assign(new Error(`${nameOf(object)}: ${message}`), { code: error.code });
    });
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;

/** The list of who wrote which field is as long as the object. */
function withoutManagers(object: KubernetesObject): KubernetesObject {
  delete object.metadata?.managedFields;
  return JSON.parse(JSON.stringify(object)) as KubernetesObject;
}
