import { stringify } from 'yaml';
import { printed } from './load';

const jobs = () => printed('push-job').objects.filter(({ kind }) => kind === 'CronJob');

test.each(['platform-backup', 'platform-billing'])('%s, line by line', name => {
  expect(stringify(jobs().find(({ metadata }) => metadata.name === name))).toMatchSnapshot();
});

test('each has its alerts', () => {
  const rules = printed('push-job').objects.filter(({ metadata }) => metadata.name.startsWith('platform-ruler-rules-push-job-'));
  expect(rules.map(({ metadata }) => metadata.name)).toEqual(['platform-ruler-rules-push-job-platform-backup', 'platform-ruler-rules-push-job-platform-billing']);
});
