/** What a run of checks found: a line for each answer, and whether any was bad. */
export class Report {
  private failures = 0;
  private successes = 0;

  /** Something is as it should be. */
  public ok(what: string): void {
    this.successes++;
    console.log(`ok    ${what}`);
  }

  /** Something is wrong; `why` may have several lines. */
  public fail(what: string, why: string): void {
    this.failures++;
    console.log(`FAIL  ${what}\n${why.trim().replace(/^/gm, '      ')}`);
  }

  /** One answer, good when there is no reason against it. Returns whether it was good. */
  public answer(what: string, why: string | undefined): boolean {
    if (why === undefined) this.ok(what);
    else this.fail(what, why);
    return why === undefined;
  }

  /** Something that no check looked at, so that no reader takes it for a success. */
  public skip(what: string, why: string): void {
    console.log(`skip  ${what}: ${why}`);
  }

  /** Whether anything has failed. */
  public get failed(): boolean {
    return this.failures > 0;
  }

  /** The last line of a run. */
  public get summary(): string {
    return `${this.successes} ok, ${this.failures} failed`;
  }
}
