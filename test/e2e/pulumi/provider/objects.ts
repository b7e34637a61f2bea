import * as fs from 'node:fs';
import { ApiException, HttpMethod, KubeConfig, type KubernetesObject, KubernetesObjectApi, PatchStrategy, type RequestContext } from '@kubernetes/client-node';
import { whyNotInUse } from './readiness';
import { orNothing } from '../../harness/apply';
import { sleep } from '../../harness/progress';

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
    if (await this.find(object)) throw Object.assign(new Error(`${nameOf(object)} already exists in the cluster.`), { code: 409 });
    return this.apply(object, { dryRun });
  }

  public async apply(object: KubernetesObject, { dryRun }: Request): Promise<KubernetesObject> {
    const request = await this.requestFor(object, 'patch', HttpMethod.PATCH);
    request.setHeaderParam('Content-Type', PatchStrategy.ServerSideApply);
    request.setQueryParam('fieldManager', MANAGER);
    // The real provider only warns.
    request.setQueryParam('fieldValidation', 'Strict');
    request.setQueryParam('force', 'true');
    if (dryRun) request.setQueryParam('dryRun', 'All');
    request.setBody(JSON.stringify(object));
    return this.answer(request).catch(error => refused(error, object));
  }

  /** As it is in the cluster; nothing where there is none. */
  public async find(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    return orNothing(this.answer(await this.requestFor(object, 'read', HttpMethod.GET)));
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

  private async requestFor(object: KubernetesObject, action: 'read' | 'patch', method: HttpMethod): Promise<RequestContext> {
    return this.configuration.baseServer.makeRequestContext(await this.specUriPath(object, action), method);
  }

  /** As the server writes it: the library's own types have other names for some fields. The list of who wrote which field is left out. */
  private async answer(request: RequestContext): Promise<KubernetesObject> {
    const object = await this.requestPromise(request, 'any') as KubernetesObject;
    delete object.metadata?.managedFields;
    return object;
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;

/** Throws what the API server says, without the headers that the library puts around it. */
function refused(error: unknown, object: KubernetesObject): never {
  if (!(error instanceof ApiException)) throw error;
  const { message } = JSON.parse(String(error.body)) as { message: string };
  throw Object.assign(new Error(`${nameOf(object)}: ${message}`), { code: error.code });
}
