import type { IConstruct } from 'constructs';
import { PrintedObjects } from './checks/printed-objects';
import { Finding, Severity } from './findings';

/** Takes what a check has found, at the construct that added the check; an ERROR unless it says otherwise. */
export type Report = (rule: string, message: string, severity?: Severity) => void;

/** A check that needs the finished tree, or even the objects that are printed of it. */
export type DeferredCheck = (report: Report, printed: PrintedObjects) => void;

/** A finding as it is printed: its rule follows the words, and stands before what may be drawn below them. */
const printed = ({ message, rule }: Finding): string => message.replace(/\n|$/, end => ` (${rule})${end}`);

/** What is wrong with one construct tree: found at once, or by checks over the finished tree. */
export class Judgement {
  private readonly reported: { at: IConstruct; finding: Finding }[] = [];
  private readonly deferred: { at: IConstruct; run: DeferredCheck }[] = [];
  private readonly validated = new Set<IConstruct>();
  private readonly acknowledged = new Set<string>();
  private readonly printed = new Set<string>();
  /** One judgement for all constructs of a synth. */
  private judged?: Map<IConstruct, Finding[]>;

  constructor(private readonly root: IConstruct) {}

  public report(at: IConstruct, rule: string, message: string, severity: Severity): void {
    this.reported.push({ at, finding: { rule, severity, path: at.node.path, message } });
    this.validate(at);
  }

  public addCheck(at: IConstruct, run: DeferredCheck): void {
    this.deferred.push({ at, run });
    this.validate(at);
  }

  public acknowledge(rules: string[]): void {
    rules.forEach(rule => this.acknowledged.add(rule));
    this.forget();
  }

  /** All findings, errors first, judged anew: objects of which the graph knows nothing may have come since, and may come yet. */
  public get findings(): Finding[] {
    const weight = [Severity.ERROR, Severity.WARNING, Severity.NOTE];
    return [...this.judge().values()].flat().sort((a, b) => weight.indexOf(a.severity) - weight.indexOf(b.severity));
  }

  /** Something that the checks look at has changed. */
  public forget(): void {
    this.judged = undefined;
  }

  private judge(): Map<IConstruct, Finding[]> {
    const found = new Map<IConstruct, Finding[]>();
    const add = (at: IConstruct, finding: Finding) => found.set(at, [...found.get(at) ?? [], this.soften(finding)]);
    this.reported.forEach(({ at, finding }) => add(at, finding));
    const objects = new PrintedObjects(this.root);
    for (const { at, run } of this.deferred) {
      run((rule, message, severity = Severity.ERROR) => add(at, { rule, severity, path: at.node.path, message }), objects);
    }
    return found;
  }

  private soften(finding: Finding): Finding {
    const known = finding.severity === Severity.WARNING && this.acknowledged.has(finding.rule);
    return known ? { ...finding, severity: Severity.NOTE } : finding;
  }

  /** cdk8s asks each construct for its errors, and throws those of the whole tree as one exception. */
  private validate(at: IConstruct): void {
    this.forget();
    if (!this.validated.has(at)) {
      this.validated.add(at);
      at.node.addValidation({ validate: () => this.errorsAt(at) });
    }
  }

  private errorsAt(at: IConstruct): string[] {
    this.judged ??= this.judge();
    const findings = this.judged.get(at) ?? [];
    findings.filter(({ severity }) => severity === Severity.WARNING).forEach(finding => this.print(finding));
    return findings.filter(({ severity }) => severity === Severity.ERROR).map(printed);
  }

  private print(finding: Finding): void {
    const line = `warning: [${finding.path}] ${printed(finding)}\n`;
    if (!this.printed.has(line)) {
      this.printed.add(line);
      process.stderr.write(line);
    }
  }
}
