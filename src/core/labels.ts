import type { IConstruct } from 'constructs';
import { IMAGES, ProgramName } from './images';
import { partOf } from './platform';

/** Which pods belong together. These labels stand in selectors, so they never change with a version. */
export interface GroupLabels {
  readonly program: ProgramName;
  readonly instance: string;
  readonly component: string;
}

const [NAME, INSTANCE, COMPONENT] = ['name', 'instance', 'component'].map(label => `app.kubernetes.io/${label}`);

/** The labels by which selectors find pods. */
export const SELECTOR_LABELS = [NAME, INSTANCE, COMPONENT];

export function selectorLabels({ program, instance, component }: GroupLabels): Record<string, string> {
  return { [NAME]: program, [INSTANCE]: instance, [COMPONENT]: component };
}

/** The labels of an object: those of its selector, and what may change. */
export function commonLabels(scope: IConstruct, group: GroupLabels): Record<string, string> {
  return {
    ...selectorLabels(group),
    'app.kubernetes.io/part-of': partOf(scope) ?? group.instance,
    'app.kubernetes.io/version': IMAGES[group.program].version,
    'app.kubernetes.io/managed-by': 'cdk8s-thanos',
  };
}
