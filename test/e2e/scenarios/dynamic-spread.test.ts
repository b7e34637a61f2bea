import { imbalance, movedTargets } from './dynamic-spread';

const BEFORE = new Map([['a-0', ['one', 'two', 'three']], ['a-1', ['four']]]);

test('the fullest sender is held against the mean', () => {
  expect(imbalance(BEFORE)).toBe(1.5);
  expect(imbalance(new Map([['a-0', ['one']], ['a-1', ['two']]]))).toBe(1);
});

test('a target has moved when another sender has it; a new one has not', () => {
  expect(movedTargets(BEFORE, new Map([['a-0', ['one', 'two']], ['a-1', ['four', 'three']], ['a-2', ['five']]]))).toBe(1);
});
