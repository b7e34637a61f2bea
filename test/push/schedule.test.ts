import { gapsOf } from '../../src/push/schedule';

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

test.each([
  ['* * * * *', MINUTE, MINUTE],
  ['*/15 * * * *', 15 * MINUTE, 15 * MINUTE],
  ['*/25 * * * *', 10 * MINUTE, 25 * MINUTE],
  ['5/20 * * * *', 20 * MINUTE, 20 * MINUTE],
  ['0 * * * *', HOUR, HOUR],
  ['30 2 * * *', DAY, DAY],
  ['30 2 ? * ?', DAY, DAY],
  ['0 9-17 * * 1-5', HOUR, 64 * HOUR],
  ['0 9-17/4 * * MON-fri', 4 * HOUR, 64 * HOUR],
  ['0 4 * * 0', 7 * DAY, 7 * DAY],
  ['0 0 1 * *', 28 * DAY, 31 * DAY],
  ['0 0 31 * *', 31 * DAY, 61 * DAY],
  ['0 0 29 2 *', 4 * 365.25 * DAY, 4 * 365.25 * DAY],
  // Either of the two, as in every cron: but not where one of them is a star.
  ['0 0 1 * 0', DAY, 7 * DAY],
  ['0 0 */2 * 0', DAY, 2 * DAY],
  ['0 0 * jan,JUL *', DAY, 154 * DAY],
  ['@hourly', HOUR, HOUR],
  ['@daily', DAY, DAY],
  ['@weekly', 7 * DAY, 7 * DAY],
  ['@monthly', 28 * DAY, 31 * DAY],
  ['@yearly', 365 * DAY, 366 * DAY],
])('%s', (schedule, shortest, longest) => {
  expect(gapsOf(schedule)).toEqual({ shortest, longest });
});

test.each([
  ['', 'must have 5 parts (minute, hour, day of the month, month, day of the week), but has 1'],
  ['0 0 * * * *', 'must have 5 parts (minute, hour, day of the month, month, day of the week), but has 6'],
  ['60 * * * *', 'has \'60\' as its minute, which must be from 0 to 59'],
  ['* 24 * * *', 'has \'24\' as its hour, which must be from 0 to 23'],
  ['* * 0 * *', 'has \'0\' as its day of the month, which must be from 1 to 31'],
  ['* * L * *', 'has \'L\' as its day of the month, which must be from 1 to 31'],
  ['* * * 13 *', 'has \'13\' as its month, which must be from 1 to 12 or a name such as feb'],
  ['* * * * 7', 'has \'7\' as its day of the week, which must be from 0 to 6 or a name such as mon; Sunday is 0'],
  ['* * * * 5-1', 'has \'5-1\' as its day of the week, but a range goes from the smaller to the greater, e.g. 0-6'],
  ['*/0 * * * *', 'has \'*/0\' as its minute, but a step is a whole number behind one \'/\', e.g. */15'],
  ['1/2/3 * * * *', 'has \'1/2/3\' as its minute, but a step is a whole number behind one \'/\', e.g. */15'],
  [',1 * * * *', 'has \'\' as its minute, which must be from 0 to 59'],
  ['-1 * * * *', 'has \'\' as its minute, which must be from 0 to 59'],
  ['@every 5m', 'is no name that Kubernetes knows; known are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly'],
  ['TZ=UTC 0 0 * * *', 'names a time zone, which Kubernetes refuses there; use \'timeZone\''],
  ['0 0 30 2 *', 'names a day that no month has, so that it would never run'],
])('refuses %j', (schedule, problem) => {
  expect(gapsOf(schedule)).toBe(problem);
});
