import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../../kernel/specification.ts';
import { heartbeat } from './heartbeat.ts';
import { jobLog } from './job-log.ts';

const at = '2026-11-20T10:00:00.000Z';

describe('client of a job', () => {
  it('[EXE-01] writes no event when there are no lines', () => {
    specificationFor(jobLog, deepStrictEqual)()
      .when({ type: 'WriteLogLines', data: { jobId: 'j', executionId: 'e', lines: [], percent: null, at } })
      .thenNothing();
  });

  it('[EXE-01] writes one event a line', () => {
    const data = { jobId: 'j', executionId: 'e', percent: 50, at };
    specificationFor(jobLog, deepStrictEqual)()
      .when({ type: 'WriteLogLines', data: { ...data, lines: ['a', 'b'] } })
      .then(
        { type: 'LogLineWritten', data: { ...data, line: 'a' } },
        { type: 'LogLineWritten', data: { ...data, line: 'b' } },
      );
  });

  it('[JOB-05] records every heartbeat', () => {
    specificationFor(heartbeat, deepStrictEqual)()
      .when({ type: 'SendHeartbeat', data: { jobId: 'j', at } })
      .then({ type: 'ClientHeartbeatReceived', data: { jobId: 'j', at } });
  });
});
