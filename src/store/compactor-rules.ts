import { takes } from './bucket-checks';
import type { CompactorSettings } from './compactor';
import type { BlockWriter } from '../core/blocks';
import { Rule, Severity } from '../core/findings';
import type { Report } from '../core/judgement';
import { PROGRAM_RULES } from '../core/program-options';
import { durationText } from '../core/units';
import { DAY, HOUR, MAX_INDEX_BYTES } from '../plan/constants';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';

/** Thanos does not start with less: a block of 40 h becomes one of 5 m samples, and one of 10 d one of 1 h samples. Thanos 0.42, cmd/thanos/compact.go */
const FLOOR_RAW = 40 * HOUR;
const FLOOR_5M = 10 * DAY;
/** Blocks grow by steps of 2 and 14 days, and the next resolution is made of a whole one; derivation. */
const SENSIBLE_RAW = 3 * DAY;
const SENSIBLE_5M = 16 * DAY;

const days = (value: number): string => formatValue(value, FigureUnit.SECONDS);

/** A rule about a retention that the next resolution is made from. */
const tooShort = (id: string, key: 'retentionRaw' | 'retention5m', from: number, floor: number, severity: Severity, says: string): Rule<CompactorSettings> => ({
  id,
  severity,
  broken: s => s.disableDownsampling !== true && s[key] < floor && s[key] >= from,
  says: s => `'${key}' is ${days(s[key])}, below ${days(floor)}: ${says}`,
});

export const COMPACTOR_RULES: Rule<CompactorSettings>[] = [
  ...PROGRAM_RULES,
  tooShort('compactor-retention-too-short', 'retentionRaw', 0, FLOOR_RAW, Severity.ERROR,
    'it would be deleted before samples of 5 minutes are made from it, and Thanos refuses to start. Raise it, or set \'disableDownsampling\'.'),
  tooShort('compactor-retention-too-short', 'retention5m', 0, FLOOR_5M, Severity.ERROR,
    'it would be deleted before samples of 1 hour are made from it, and Thanos refuses to start. Raise it, or set \'disableDownsampling\'.'),
  tooShort('compactor-retention-tight', 'retentionRaw', FLOOR_RAW, SENSIBLE_RAW, Severity.WARNING,
    'blocks that are a little late are deleted before samples of 5 minutes are made from them. Raise it.'),
  tooShort('compactor-retention-tight', 'retention5m', FLOOR_5M, SENSIBLE_5M, Severity.WARNING,
    'blocks that are a little late are deleted before samples of 1 hour are made from them. Raise it.'),
  {
    id: 'compactor-coarse-retention-shorter',
    severity: Severity.WARNING,
    broken: s => s.disableDownsampling !== true && !ascending(s),
    says: s => `${retentions(s)}: a coarser resolution that ends earlier leaves holes in graphs that ask for it. Let each be at least as long as the finer one.`,
  },
  {
    id: 'compactor-retentions-differ',
    severity: Severity.NOTE,
    broken: s => s.disableDownsampling !== true && ascending(s) && s.retentionRaw < s.retention1h,
    says: s => `${retentions(s)}: one cannot zoom into data whose finer samples are gone, and downsampling saves no space by itself. Equal ones are the usual choice.`,
  },
  {
    id: 'compactor-index-too-large',
    severity: Severity.WARNING,
    broken: s => s.largestIndex > MAX_INDEX_BYTES,
    says: s => `The index of a block of two weeks would have ${formatValue(s.largestIndex, FigureUnit.BYTES)}, but Thanos merges blocks only up to ${formatValue(MAX_INDEX_BYTES, FigureUnit.BYTES)}: `
      + 'blocks stay small and many, and samples of 1 hour do not come about. Spread the series over more rings.',
  },
  {
    id: 'compactor-falls-behind',
    severity: Severity.WARNING,
    broken: s => s.workPerDay > DAY * s.compactConcurrency,
    says: s => `A day's blocks take ${days(s.workPerDay)} of work, but 'compactConcurrency' ${s.compactConcurrency} has ${days(DAY * s.compactConcurrency)} a day: the compactor falls behind for ever. `
      + 'Raise it, up to 3, or spread the series over more rings.',
  },
];

const ascending = ({ retentionRaw, retention5m, retention1h }: CompactorSettings): boolean =>
  retentionRaw <= retention5m && retention5m <= retention1h;

const retentions = ({ retentionRaw, retention5m, retention1h }: CompactorSettings): string =>
  `'retentionRaw' is ${days(retentionRaw)}, 'retention5m' ${days(retention5m)}, 'retention1h' ${days(retention1h)}`;

/** Labels that tell copies of a series apart, each once. */
export function blockReplicaLabels(writers: BlockWriter[]): { name: string; identical: boolean }[] {
  const labels = new Map<string, boolean>();
  for (const { name, identical = false } of writers.flatMap(({ replicaLabels }) => replicaLabels()).filter(({ on }) => on === 'blocks')) {
    labels.set(name, identical && (labels.get(name) ?? true));
  }
  return [...labels].map(([name, identical]) => ({ name, identical }));
}

/** Judges, at synth, whether a compactor can merge what is written for it. */
export function checkMerging(report: Report, settings: CompactorSettings, all: BlockWriter[]): void {
  const { streamLabels, verticalCompaction } = settings;
  const writers = all.filter(writer => takes(settings, writer));
  const labels = blockReplicaLabels(writers);
  for (const { name } of labels.filter(label => label.name in streamLabels)) {
    report('compactor-selects-replica-label', `'streamLabels' selects blocks by '${name}', which tells copies of a series apart: this compactor would see one copy only, and never merge them. `
      + 'Select by a label that differs between rings.');
  }
  if (verticalCompaction) {
    return;
  }
  if (labels.length > 0) {
    report('compactor-keeps-copies', `'verticalCompaction' is false, so the bucket keeps a copy of every series for each value of ${labels.map(({ name }) => `'${name}'`).join(' and ')}, for ever. `
      + 'Leave it on, unless the copies are wanted.', Severity.WARNING);
  }
  for (const { at, outOfOrderTimeWindow } of writers.filter(writer => writer.outOfOrderTimeWindow > 0)) {
    report('compactor-halts-at-late-samples', `'verticalCompaction' is false, but '${at.node.path}' takes samples up to ${durationText(outOfOrderTimeWindow)} late, whose blocks overlap with others: `
      + 'the compactor would halt at the first of them. Leave \'verticalCompaction\' on, or set \'outOfOrderTimeWindow\' to 0.');
  }
}
