import type { NotifierOptions } from './options';
import type { Rows } from '../config-rows';
import type { AlertmanagerGlobals } from '../globals';

/** Something that must be given in one of several ways. */
export interface Need<P> {
  /** Props, one of which must be given, and no more. */
  readonly oneOf: (keyof P & string)[];
  /** Settings for all notifiers that serve instead. @default - none */
  readonly global?: (keyof AlertmanagerGlobals & string)[];
  /** Whether it may be missing altogether. */
  readonly optional?: boolean;
}

/** What Alertmanager knows of one way to notify. Alertmanager 0.34, config/notifiers.go and notify. */
export interface NotifierKind<P extends NotifierOptions> {
  /** Field of a receiver that lists notifiers of this kind. */
  readonly key: string;
  /** What it is called in messages. */
  readonly name: string;
  readonly rows: Rows<P>;
  readonly needs?: Need<P>[];
  /** What is wrong beside single props, as full sentences without their end. */
  readonly problems?: (options: P) => string[];
  /** Where it goes, `https://…` or `host:port`; nothing where only a Secret has it. */
  readonly target?: (options: P, globals: AlertmanagerGlobals) => string | undefined;
  /** Fields that do not follow from one prop each. */
  readonly also?: (options: P) => object;
}
