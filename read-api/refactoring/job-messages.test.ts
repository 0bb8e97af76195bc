import { describe, expect, it } from 'vitest';
import { recorded } from '../../domain/kernel/history.ts';
import type { Event } from '../../domain/kernel/message.ts';
import { jobOf, messagesOf } from './job-messages.ts';

const at = '2026-11-20T10:00:00.000Z';
const told = (event: Event) => messagesOf(recorded(event)).map(({ name, data }) => [name, data] as const);
const ref = { artifactId: 'a', kind: 'PATCH', sha256: 'f', size: 1, expiresAt: at } as const;
const base = { jobId: 'j', at };

describe('messages of a job', () => {
  it('[JOB-06] are none for events of anything else', () => {
    const other = recorded({ type: 'EmailVerified', data: { userId: 'u', at } });
    expect([jobOf(other), messagesOf(other)]).toEqual([null, []]);
    expect(jobOf(recorded({ type: 'ClientHeartbeatReceived', data: base }))).toBeNull();
  });

  it('[JOB-06] say what ended an attempt, what is ready and where the job stands, in that order', () => {
    const counts = { total: 1, passed: 1, failed: 0, timedOut: 0, skipped: 0 };
    const passed = { ...base, attempt: 2, report: ref, delivery: ref, counts, strictErrors: 0 };
    const messages = told({ type: 'TestsPassed', data: passed });
    expect(messages.map(([name]) => name)).toEqual([
      'attempt_end',
      'artifact_ready',
      'artifact_ready',
      'state_change',
    ]);
    expect(messages[0]?.[1]).toEqual({
      job_id: 'j',
      attempt: 2,
      outcome: 'PASSED',
      counts: { total: 1, passed: 1, failed: 0, timed_out: 0, skipped: 0 },
      at,
    });
    expect(messages[3]?.[1]).toEqual({
      job_id: 'j',
      status: 'DELIVERED',
      event: 'TestsPassed',
      delivery_phase: 'OFFERED',
      at,
    });
  });

  it('[JOB-06] use every name of the specification', () => {
    const deadline = '2026-11-20T11:00:00.000Z';
    const one = (event: Event) => told(event)[0];
    expect(one({ type: 'AttemptStarted', data: { ...base, attempt: 1, modelClass: 'L1' } })).toEqual([
      'attempt_start',
      { job_id: 'j', attempt: 1, model_class: 'L1', at },
    ]);
    expect(
      one({ type: 'ClientHeartbeatMissed', data: { ...base, lastSeenAt: at, graceDeadlineAt: deadline } }),
    ).toEqual([
      'heartbeat_status',
      { job_id: 'j', heartbeat_status: 'GRACE', grace_deadline_at: deadline, at },
    ]);
    const names = [
      { type: 'DeepFixConfirmed', data: { ...base, by: 'u', modelClass: 'L2' } },
      {
        type: 'EscalationRequested',
        data: { ...base, reason: 'BUDGET', toClass: 'L1', deadlineAt: deadline },
      },
      {
        type: 'ExecutionRequested',
        data: { ...base, executionId: 'e', kind: 'TEST', attempt: 1, artifacts: [ref] },
      },
      { type: 'LogLineWritten', data: { ...base, executionId: 'e', line: 'hi', percent: null } },
    ].map((event) => told(event).map(([name]) => name));
    expect(names).toEqual([
      ['deep_fix_start', 'state_change'],
      ['budget_warning', 'state_change'],
      ['execution_requested'],
      ['log_line'],
    ]);
  });
});
