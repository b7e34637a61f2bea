/** Of one replica: what each of its senders scrapes. */
export type Spread = ReadonlyMap<string, readonly string[]>;

/** Targets of the fullest sender over the mean. */
export function imbalance(spread: Spread): number {
  const counts = [...spread.values()].map(own => own.length);
  return Math.max(...counts) * counts.length / counts.reduce((sum, each) => sum + each, 0);
}

/** Targets that another sender has now. */
export function movedTargets(before: Spread, after: Spread): number {
  const senderOf = (spread: Spread) => new Map([...spread].flatMap(([pod, own]) => own.map(target => [target, pod] as const)));
  const [one, other] = [senderOf(before), senderOf(after)];
  return [...other].filter(([target, pod]) => one.has(target) && one.get(target) !== pod).length;
}
