import type { IConstruct } from 'constructs';
import { IMAGES, ProgramName } from './images';
import { partOf } from './platform';

/** Which pods belong together. These labels stand in selectors, so they never change with a version. */
export interface GroupLabels {
  readonly program: ProgramName;
  readonly instance: string;
  readonly component: string;
}

export function selectorLabels({ program, instance, component }: GroupLabels): Record<string, string> {
  return {
    'app.kubernetes.io/name': program,
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
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
