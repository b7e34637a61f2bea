import type { KubernetesObject } from '@kubernetes/client-node';
import { type Change, changesOf, type Mutability, sameName } from './changes';
import { Objects } from './objects';
import { hasUnknown, isMap, normalized, plain, type Properties, withSecrets } from './properties';

/** What a difference between state and program means. */
export interface Difference {
  readonly changes: Change[];
  /** Both cannot be there at once. */
  readonly deleteFirst: boolean;
}

const asObject = (properties: Properties): KubernetesObject => plain(properties) as unknown as KubernetesObject;

/** Without what is the provider's own in the state. */
const live = ({ __inputs, ...object }: Properties): KubernetesObject => asObject(object);

/** Name of an object as Pulumi shows it. */
const idOf = ({ metadata }: KubernetesObject): string => [metadata?.namespace, metadata?.name].filter(Boolean).join('/');

/** The provider of Kubernetes' objects, as far as the test needs it; what it takes and gives are Pulumi's properties, with secrets and unknown values. */
export class Kubernetes {
  private cluster?: Objects;

  /** @param variables the provider's configuration, as `kubernetes:config:<name>` */
  constructor(private readonly variables: ReadonlyMap<string, string>) {}

  /** Why inputs cannot be an object. */
  public failures({ apiVersion, kind, metadata }: Properties): string[] {
    const { name } = isMap(metadata) ? metadata : {};
    return [...apiVersion && kind ? [] : ['apiVersion and kind must be given.'], ...name ? [] : ['metadata.name must be given: this provider makes up no names.']];
  }

  public checked(inputs: Properties): Properties {
    return withSecrets(normalized(plain(inputs)), inputs);
  }

  public diff(state: Properties, inputs: Properties): Difference {
    const changes = changesOf(state, inputs, this.mutability);
    return { changes, deleteFirst: changes.some(({ replaces }) => replaces) && sameName(state, inputs) };
  }

  public async create(inputs: Properties, preview: boolean): Promise<{ readonly id: string; readonly state: Properties }> {
    if (preview) return { id: '', state: await this.previewed(inputs, object => this.objects.make(object, { dryRun: true })) };
    const made = await this.objects.make(asObject(inputs), { dryRun: false });
    return { id: idOf(made), state: stateOf(await this.objects.settled(made), inputs) };
  }

  public async update(inputs: Properties, preview: boolean): Promise<Properties> {
    if (preview) return this.previewed(inputs, object => this.objects.apply(object, { dryRun: true }));
    return stateOf(await this.objects.settled(await this.objects.apply(asObject(inputs), { dryRun: false })), inputs);
  }

  /** Nothing when it is gone. */
  public async read(state: Properties): Promise<Properties | undefined> {
    const found = await this.objects.find(live(state));
    return found && stateOf(found, isMap(state.__inputs) ? state.__inputs : {});
  }

  public async delete(state: Properties): Promise<void> {
    return this.objects.erase(live(state));
  }

  /** As the API server would make it, without a status; where that cannot be said, as it was given. */
  private async previewed(inputs: Properties, tried: (object: KubernetesObject) => Promise<KubernetesObject>): Promise<Properties> {
    if (hasUnknown(inputs)) return inputs;
    try {
      const { status, ...object } = await tried(asObject(inputs)) as KubernetesObject & { readonly status?: unknown };
      return stateOf(object, inputs);
    } catch (error) {
      // Its namespace, or the definition of its kind, comes with the same program; or it is deleted before it is made again.
      if ([404, 409].includes((error as { readonly code?: number }).code ?? 0)) return inputs;
      throw error;
    }
  }

  private get objects(): Objects {
    return this.cluster ??= Objects.of(this.variable('kubeconfig'));
  }

  private get mutability(): Mutability {
    return { configMaps: this.variable('enableConfigMapMutable') === 'true', secrets: this.variable('enableSecretMutable') === 'true' };
  }

  private variable(name: string): string | undefined {
    return this.variables.get(`kubernetes:config:${name}`);
  }
}

/** What goes into the state: the object as it is in the cluster, and the inputs that it was made of. */
const stateOf = (object: KubernetesObject, inputs: Properties): Properties =>
  ({ ...withSecrets(object as unknown as Properties, inputs), __inputs: withSecrets(plain(inputs), inputs) });
