import type { IConstruct } from 'constructs';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';
import type { Load } from '../plan/load';
import { type Workload, workloadField } from '../plan/workload';

/** What the groups of senders of a platform carry, beside what it is sized for. */
export class SenderGroups {
  private readonly stated: { readonly id: string; readonly activeSeries: number }[] = [];

  constructor(private readonly stack: IConstruct, { activeSeries }: Load) {
    Graph.of(stack).addCheck(stack, report => {
      const sum = this.stated.reduce((series, group) => series + group.activeSeries, 0);
      if (sum > activeSeries) {
        const text = (series: number) => formatValue(series, FigureUnit.SERIES);
        const groups = this.stated.map(group => `'${group.id}' ${text(group.activeSeries)}`).join(' and ');
        report('groups-beyond-workload', `By 'addPrometheus', ${groups} active series are to come${this.stated.length > 1 ? `, together ${text(sum)}` : ''}, but the stack's 'workload' has ${text(activeSeries)}, `
          + 'and ring, bucket and queries are sized for these. Raise the \'activeSeries\' of the stack\'s workload to what all senders have together, those of the stack itself too.', Severity.WARNING);
      }
    });
  }

  /** @param workload what a group carries of the platform's; nothing is known of one that states none, or a wrong one */
  public add(id: string, workload?: Workload): void {
    if (workload && workloadField().problem(workload) === undefined) {
      this.stated.push({ id, activeSeries: workload._load.activeSeries });
      Graph.of(this.stack).touch();
    }
  }
}
