import type { JobConfig } from './resolved-job';
import { stringify } from '../core/yaml';

export const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/**
 * Writes `scrape_configs`. What twins, their allocators, and jobs have in common is written once: to write YAML is most of the time
 * that a synth of many jobs takes.
 */
export class JobTexts {
  private readonly written = new Map<string, string>();

  public list(jobs: JobConfig[]): string {
    return jobs.length > 0 ? `scrape_configs:\n${jobs.map(job => this.entry(job)).join('')}` : '';
  }

  private entry(config: JobConfig): string {
    return this.once(config, () => {
      const { relabel_configs: before, metric_relabel_configs: after, ...rest } = config;
      return indented(`${stringify([rest])}${this.steps('relabel_configs', before)}${this.steps('metric_relabel_configs', after)}`);
    });
  }

  /** Most steps of relabeling are the same in all jobs. */
  private steps(key: string, list: object[] = []): string {
    return list.length > 0 ? `  ${key}:\n${list.map(step => this.once(step, () => indented(indented(stringify([step]))))).join('')}` : '';
  }

  private once(value: object, write: () => string): string {
    const key = JSON.stringify(value);
    const text = this.written.get(key) ?? write();
    this.written.set(key, text);
    return text;
  }
}
