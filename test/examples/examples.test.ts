import { EXAMPLE_NAMES, printed } from './load';

test('the smallest example, line by line', () => {
  expect(printed('default').files).toMatchSnapshot();
});

test('its plan', () => {
  expect(printed('default').documents['plan.md']).toMatchSnapshot();
});

test.each(EXAMPLE_NAMES.filter(name => name !== 'leaf'))('%s comes with its plan and its picture', example => {
  expect(Object.keys(printed(example).documents)).toEqual(['plan.json', 'plan.md', 'topology.mmd', 'topology.svg']);
});
