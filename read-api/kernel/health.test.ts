import { expect, it } from 'vitest';
import { processHealth } from './health.ts';

it('[OPS-05] the error rate of a process is the share of its answers that were its failures, none before the first', () => {
  const answered = new Map([
    [2, 5],
    [4, 1],
    [5, 2],
  ]);
  const figures = { answers: 8, serverErrors: 2, errorRate: 0.25, sseConnections: 3 };
  expect(processHealth({ answered, streams: 3 })).toEqual(figures);
  const nothing = { answers: 0, serverErrors: 0, errorRate: 0, sseConnections: 0 };
  expect(processHealth({ answered: new Map(), streams: 0 })).toEqual(nothing);
});
