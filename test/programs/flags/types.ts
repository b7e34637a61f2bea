/** What a program's own help says of a flag. */
export interface Flag {
  /** As the program writes it; absent when the flag has no default. */
  readonly default?: string;
  /** The values that the help names as the only ones. */
  readonly enum?: readonly string[];
  /** First sentence of the help. */
  readonly help: string;
  readonly deprecated?: true;
  /** May be given more than once. */
  readonly repeatable?: true;
  /** Takes no value. */
  readonly boolean?: true;
  /** Environment variables that set it too. */
  readonly environment?: readonly string[];
}

/** A command whose flags are stored as a file in `data/`. */
export interface Command {
  readonly program: string;
  /** Words between the program and its flags, for instance `tools bucket web`. */
  readonly subcommand: string;
}

/** The content of a file in `data/`. */
export interface CommandFlags extends Command {
  readonly version: string;
  readonly flags: Readonly<Record<string, Flag>>;
}

/** A flag that the program's parser takes and its help does not show. */
export interface HiddenFlag extends Command {
  readonly flag: string;
  readonly default: string;
  /** The upstream's file, and the text in it that gives the default. */
  readonly source: { readonly file: string; readonly text: string };
}

/** `thanos tools bucket web`. */
export function commandLine(command: Command): string {
  return [command.program, command.subcommand].join(' ').trim();
}
