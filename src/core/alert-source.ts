import type { IConstruct } from 'constructs';

/** An alert that a part sends when its rule fires. */
export interface SentAlert {
  readonly name: string;
  /** Labels that each alert of the rule has, whatever its expression returns; those that are made by a template are not among them. */
  readonly labels: Record<string, string>;
  /** Labels whose values the rule makes by a template, or drops: nothing is known of them. */
  readonly unknownLabels?: string[];
}

/** A part that sends alerts to a sink. */
export interface AlertSource {
  readonly at: IConstruct;
  /** The alerts of its rules, as the tree is when it is rendered. */
  readonly alerts: () => SentAlert[];
  /** Whether it takes in rules that this app does not know, so that more alerts may come. */
  readonly takesOthers?: boolean;
}
