import type { V1Pod } from '@kubernetes/client-node';
import { isReady, labelSelector, restarts, whyNotReady } from './pods';

const pod = (status: V1Pod['status'], deletionTimestamp?: Date): V1Pod => ({ metadata: { name: 'pod', deletionTimestamp }, status });
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };
const container = { name: 'thanos', image: '', imageID: '', restartCount: 2, ready: false };

test('a pod on its way out is not Ready', () => {
  expect([isReady(pod(READY)), isReady(pod(READY, new Date())), isReady(pod({}))]).toEqual([true, false, false]);
});

test('restarts are summed by pod', () => {
  expect(restarts([pod({ containerStatuses: [container, container] }), pod({ containerStatuses: [{ ...container, restartCount: 0 }] })])).toEqual({ pod: 4 });
});

test('selectors', () => expect(labelSelector({ a: 'b', c: 'd' })).toBe('a=b,c=d'));

test.each([
  ['an image that is not there', { phase: 'Pending', containerStatuses: [{ ...container, state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }] },
    'Pending; thanos waits: ErrImagePull, not found'],
  ['a crash', { phase: 'Running', containerStatuses: [{ ...container, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] },
    'Running; thanos waits: CrashLoopBackOff; thanos ended before with 137 (OOMKilled)'],
  ['a probe', { phase: 'Running', containerStatuses: [{ ...container, state: { running: {} } }] }, 'Running; thanos runs, but is not ready'],
  ['no node', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available.' }] }, 'Pending; 0/3 nodes are available.'],
])('tells of %s', (_, status, text) => expect(whyNotReady(pod(status))).toBe(text));
