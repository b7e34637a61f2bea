import { Metrics } from '../../../src/continuous-test/program/metrics';
import { logger } from '../../../src/core/program/log';

test('counters and durations in Prometheus\' text format', () => {
  const metrics = new Metrics();
  metrics.reads.add({ age: '1h', result: 'a "quoted"\nline\\' }, 0);
  metrics.reads.add({ age: '1h', result: 'complete' }, 2);
  metrics.readDuration.observe({ age: '1h' }, 0.02);
  metrics.readDuration.observe({ age: '1h' }, 60);
  const lines = metrics.text().split('\n');
  expect(lines).toEqual(expect.arrayContaining([
    '# TYPE continuous_test_reads_total counter',
    'continuous_test_reads_total{age="1h",result="a \\"quoted\\"\\nline\\\\"} 0',
    'continuous_test_reads_total{age="1h",result="complete"} 2',
    '# TYPE continuous_test_read_duration_seconds histogram',
    'continuous_test_read_duration_seconds_bucket{age="1h",le="0.01"} 0',
    'continuous_test_read_duration_seconds_bucket{age="1h",le="0.025"} 1',
    'continuous_test_read_duration_seconds_bucket{age="1h",le="30"} 1',
    'continuous_test_read_duration_seconds_bucket{age="1h",le="+Inf"} 2',
    'continuous_test_read_duration_seconds_sum{age="1h"} 60.02',
    'continuous_test_read_duration_seconds_count{age="1h"} 2',
  ]));
  expect(lines.some(line => /^process_resident_memory_bytes \d+$/.test(line))).toBe(true);
});

test.each([
  ['logfmt', /^ts=\S+Z level=warn msg="read failed" age=1h why="503 \\"x\\""$/],
  ['json', /^\{"ts":"[^"]+","level":"warn","msg":"read failed","age":"1h","why":"503 \\"x\\""\}$/],
])('a line of %s', (logFormat, line) => {
  const written = jest.spyOn(console, 'log').mockImplementation();
  const log = logger({ logLevel: 'warn', logFormat });
  log('info', 'not this');
  log('warn', 'read failed', { age: '1h', why: '503 "x"' });
  expect(written.mock.calls).toEqual([[expect.stringMatching(line)]]);
  written.mockRestore();
});
