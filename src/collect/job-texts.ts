import type { JobConfig } from './resolved-job';
import { stringify } from '../core/yaml';

/** A text so many levels of YAML deeper. */
export const indented = (text: string, levels = 1): string => text.replace(/^(?=.)/gm, '  '.repeat(levels));

/**
 * Writes `scrape_configs`. What jobs, twins and their allocators have in common is written once: to write YAML is most of the time
 * that a synth of many jobs takes.
 */
export class JobTexts {
  private readonly written = new Map<string, string>();

  /** The parts of one text, which is long, and only a part of another. */
  public list(jobs: JobConfig[]): string[] {
    return jobs.length > 0 ? ['scrape_configs:\n', ...jobs.flatMap(job => this.entry(job))] : [];
  }

  private entry({ relabel_configs: before, metric_relabel_configs: after, ...rest }: JobConfig): string[] {
    return [this.item(rest, 1), ...this.steps('relabel_configs', before), ...this.steps('metric_relabel_configs', after)];
  }

  /** Most steps of relabeling are the same in all jobs. */
  private steps(key: string, list: object[] = []): string[] {
    return list.length > 0 ? [`    ${key}:\n`, ...list.map(step => this.item(step, 3))] : [];
  }

  /** Neither kind of item, heads of jobs and steps, can be taken for the other. */
  private item(value: object, levels: number): string {
    const key = JSON.stringify(value);
    const text = this.written.get(key) ?? indented(stringify([value]), levels);
    this.written.set(key, text);
    return text;
  }
}
