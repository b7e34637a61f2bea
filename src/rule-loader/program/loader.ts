import type { Checker } from './checker';
import type { LoaderConfig } from './config';
import type { Files, RuleFolder } from './folder';
import type { ConfigMap } from './kubernetes';
import type { Metrics } from './metrics';
import { partOf } from './shards';
import type { Log } from '../../core/program/log';

/** Where a file comes from. */
interface Source {
  readonly namespace: string;
  readonly configMap: string;
  readonly key: string;
}

/** A version of a file that does not come in. */
interface Refused {
  readonly text: string;
  readonly reason: string;
}

/** Namespace and name of a ConfigMap have no `_`, so that the name of a file tells where it comes from. */
const nameOf = ({ namespace, configMap, key }: Source): string => `${namespace}_${configMap}_${key}`;

function sourceOf(name: string): Source {
  const [, namespace, configMap, key] = /^([^_]*)_([^_]*)_(.*)$/s.exec(name)!;
  return { namespace, configMap, key };
}

const same = (one: Files, other: Files): boolean => one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);

/** What no parser would say, or would pass over in silence. */
function obstacle({ key }: Source, text: string, binary: boolean): string | undefined {
  if (binary) {
    return 'it is binary data; rules belong into \'data\'';
  }
  if (!/\.ya?ml$/.test(key)) {
    return 'its key does not end in .yaml or .yml';
  }
  const documents = text.split(/^---(?:[ \t].*)?$/m).filter(document => document.replace(/^\s*#.*$/gm, '').trim() !== '');
  return documents.length > 1 ? 'it has several YAML documents, of which only the first would be read' : undefined;
}

/** The reload of the evaluator, by its answer. */
export type Reload = () => Promise<{ readonly result: 'accepted' | 'refused' | 'unreachable'; readonly reason?: string }>;

/** Puts what ConfigMaps say in force, file by file, and keeps out what the evaluator would not start with. */
export class Loader {
  /** By namespace; one without a name stands for all. Nothing until it has been listed. */
  private readonly seen = new Map<string, readonly ConfigMap[] | undefined>();
  private readonly accepted = new Map<string, string>();
  private readonly refused = new Map<string, Refused>();
  private inForce: Files;
  /** What the evaluator has, as far as is known. */
  private told: Files;
  /** An earlier run may have ended between the exchange of the files and the reload. */
  private known = false;

  constructor(
    private readonly config: Pick<LoaderConfig, 'namespaces' | 'shards'>, private readonly shard: number, private readonly folder: RuleFolder,
    private readonly checker: Checker, private readonly reload: Reload, private readonly metrics: Metrics, private readonly log: Log,
  ) {
    (config.namespaces.length > 0 ? config.namespaces : ['']).forEach(namespace => this.seen.set(namespace, undefined));
    this.inForce = folder.read();
    this.told = this.inForce;
    metrics.refusals.add({}, 0);
  }

  /**
   * Begins with what another evaluator of the same rules has in force, as if it had been in force here; but for what is refused.
   *
   * @throws CheckFailed when there is no verdict.
   */
  public async adopt(files: Files): Promise<void> {
    const refused = await this.checker.refused(files);
    this.put(new Map([...files].filter(([name]) => !refused.has(name))));
    this.told = this.inForce;
  }

  /** The ConfigMaps of a namespace as they are now. */
  public see(namespace: string, configMaps: readonly ConfigMap[]): void {
    this.seen.set(namespace, configMaps);
  }

  /** Whether there are rules in force, of now or of an earlier run. */
  public get hasRules(): boolean {
    return this.inForce.size > 0;
  }

  /**
   * Brings what is in force up to what was seen.
   *
   * @throws when it could not be decided, or not be done; then it is to be tried again.
   */
  public async apply(): Promise<void> {
    const wanted = this.wanted();
    this.forget(wanted);
    const fresh = new Map([...wanted].filter(([name, text]) => this.accepted.get(name) !== text && this.refused.get(name)?.text !== text));
    await this.judge(fresh);
    const next = this.resolve(wanted);
    if (!this.known || !same(next, this.told)) {
      await this.exchange(next);
    }
    this.tell();
  }

  /** Names and texts of the files in force, for a peer. */
  public get filesInForce(): string {
    return JSON.stringify(Object.fromEntries(this.inForce));
  }

  /** What is in force and what is not, for people. */
  public report(): string {
    const files = [...new Set([...this.inForce.keys(), ...this.refused.keys()])].sort().map(name => ({
      ...sourceOf(name), inForce: this.inForce.has(name), ...(this.refused.has(name) ? { refused: this.refused.get(name)!.reason } : {}),
    }));
    return `${JSON.stringify(files, undefined, 2)}\n`;
  }

  private wanted(): Map<string, string> {
    const wanted = new Map<string, string>();
    for (const { metadata, data = {}, binaryData = {} } of [...this.seen.values()].flatMap(configMaps => configMaps ?? [])) {
      for (const [key, text] of Object.entries({ ...binaryData, ...data })) {
        const source = { namespace: metadata.namespace, configMap: metadata.name, key };
        const reason = obstacle(source, text, key in binaryData);
        wanted.set(nameOf(source), text);
        if (reason !== undefined) {
          this.refuse(nameOf(source), text, reason);
        }
      }
    }
    return wanted;
  }

  private async judge(fresh: Files): Promise<void> {
    const refused = await this.checker.refused(fresh);
    const parts = new Map([...fresh].flatMap(([name, text]) => {
      const part = refused.has(name) ? undefined : partOf(name, text, this.shard, this.config.shards);
      return part === undefined || part === text ? [] : [[name, part] as [string, string]];
    }));
    (await this.checker.refused(parts)).forEach((reason, name) => refused.set(name, reason));
    for (const [name, text] of fresh) {
      if (refused.has(name)) {
        this.refuse(name, text, refused.get(name)!);
      } else {
        this.accepted.set(name, text);
        this.refused.delete(name);
      }
    }
  }

  private refuse(name: string, text: string, reason: string): void {
    if (this.refused.get(name)?.text !== text) {
      this.refused.set(name, { text, reason });
      this.accepted.delete(name);
      this.metrics.refusals.add({}, 1);
      this.log('error', 'refused', { ...sourceOf(name), keepsEarlier: this.inForce.has(name), reason });
    }
  }

  /** What is to be in force: the accepted, of the refused what was in force before, and all of the namespaces that have not been seen. */
  private resolve(wanted: Files): Files {
    const unseen = [...this.seen].filter(([, configMaps]) => configMaps === undefined).map(([namespace]) => namespace);
    const kept = [...this.inForce].filter(([name]) => unseen.some(namespace => namespace === '' || sourceOf(name).namespace === namespace));
    const next = [...wanted].flatMap(([name, text]) => {
      const now = this.refused.has(name) ? this.inForce.get(name) : partOf(name, text, this.shard, this.config.shards);
      return now === undefined ? [] : [[name, now] as [string, string]];
    });
    return new Map([...kept, ...next]);
  }

  /** Puts other files in force. If the evaluator does not take them after all, those of before come back. */
  private async exchange(next: Files): Promise<void> {
    this.put(next);
    const { result, reason = '' } = await this.tellEvaluator();
    if (result === 'unreachable') {
      throw new Error(`the evaluator could not be told: ${reason}`);
    }
    if (result === 'accepted') {
      this.logChanges(this.told, next);
      this.told = next;
      this.known = true;
      return;
    }
    this.put(this.told);
    await this.tellEvaluator();
    const changed = [...this.accepted].filter(([name]) => next.get(name) !== this.told.get(name));
    changed.forEach(([name, text]) => this.refuse(name, text, reason));
    if (changed.length === 0) {
      throw new Error(`the evaluator refused to reload: ${reason}`);
    }
  }

  private put(files: Files): void {
    if (!same(files, this.inForce)) {
      this.folder.write(files);
      this.inForce = files;
    }
  }

  private async tellEvaluator() {
    const answer = await this.reload();
    this.metrics.reloads.add({ result: answer.result }, 1);
    return answer;
  }

  private forget(wanted: Files): void {
    for (const name of [...this.accepted.keys(), ...this.refused.keys()].filter(known => !wanted.has(known))) {
      this.accepted.delete(name);
      this.refused.delete(name);
    }
  }

  private logChanges(before: Files, next: Files): void {
    for (const name of new Set([...before.keys(), ...next.keys()])) {
      if (before.get(name) !== next.get(name)) {
        this.log('info', !next.has(name) ? 'removed' : before.has(name) ? 'changed' : 'added', { ...sourceOf(name) });
      }
    }
  }

  private tell(): void {
    const { loaded, refused, refusedFile } = this.metrics;
    loaded.set({}, this.inForce.size);
    refused.set({}, this.refused.size);
    refusedFile.clear();
    for (const name of this.refused.keys()) {
      const { namespace, configMap, key } = sourceOf(name);
      refusedFile.set({ namespace, configmap: configMap, key }, 1);
    }
  }
}
