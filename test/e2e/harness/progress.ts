const begin = Date.now();

/** Says on the terminal what goes on, with the minutes and seconds since the start. */
export function progress(text: string): void {
  const seconds = Math.floor((Date.now() - begin) / 1000);
  console.log(`${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`);
}

export const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** What went wrong, in one line. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];
