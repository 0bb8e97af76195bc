import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IdempotencyKeyReused, InvalidAppend, VersionConflict } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { JOB_REJECTIONS } from '../../domain/refactoring/job/rejections.ts';
import { STATUS_OF_CODE, toProblem } from './problems.ts';

const told = (error: unknown) => toProblem(error).problem;

describe('problems', () => {
  it('say nothing of an error that is not known, and ask for it to be logged', () => {
    for (const error of [
      new Error('password=hunter2'),
      'hunter2',
      new Rejection('NEVER_HEARD_OF', 'hunter2'),
    ]) {
      const { problem, isOurs } = toProblem(error);
      expect([problem.status, problem.code, isOurs]).toEqual([500, 'INTERNAL_ERROR', true]);
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    }
  });

  it('know every code of the job', () => {
    for (const code of Object.keys(JOB_REJECTIONS)) {
      expect(STATUS_OF_CODE[code]).toBeGreaterThanOrEqual(400);
      expect(told(new Rejection(code, 'no')).code).toBe(code);
    }
  });

  it('carry the data of a rejection in snake_case, without touching the members of RFC 9457', () => {
    const data = { status: 'PENDING', allowed: ['ANALYZING'], leaseExpiresAt: 't', code: 'x' };
    expect(told(new Rejection('JOB_STATE_CONFLICT', 'Not now.', data))).toEqual({
      type: 'urn:iama:problem:job-state-conflict',
      title: 'Conflict',
      status: 409,
      detail: 'Not now.',
      code: 'JOB_STATE_CONFLICT',
      job_status: 'PENDING',
      allowed: ['ANALYZING'],
      lease_expires_at: 't',
      rejected_code: 'x',
    });
  });

  it('tell what is wrong with a body by path, never by value', () => {
    const parsed = z.object({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: 'hunter2' } });
    const problem = told(parsed.error);
    expect(problem['issues']).toMatchObject([{ path: 'a.b', code: 'invalid_type' }]);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('[SEC-15] repeat no more than the beginning of the names that were sent', () => {
    const long = `x${'\u{1f600}'.repeat(100_000)}`;
    const strict = z.strictObject({ a: z.record(z.string(), z.number()) });
    const parsed = strict.safeParse({ a: { [long]: 'x' }, [long]: 1 });
    const problem = told(parsed.error);
    const issues = z.array(z.object({ path: z.string(), message: z.string() })).parse(problem['issues']);
    expect(issues).toHaveLength(2);
    expect(JSON.stringify(problem).length).toBeLessThan(3_000);
    for (const { path, message } of issues) expect([path, message].join('').isWellFormed()).toBe(true);
  });

  it('[OPS-10] are not ours where a client leaves in the middle of its body: nobody has to look into that', () => {
    // As fastify gives it.
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(toProblem(aborted)).toMatchObject({ isOurs: false, problem: { code: 'MALFORMED_REQUEST' } });
  });

  it('[ES-03] are conflicts where a race was lost or a key used again', () => {
    expect(told(new IdempotencyKeyReused('k')).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(told(new VersionConflict('s', 1n, 2n))).toMatchObject({ status: 409, code: 'CONCURRENT_CHANGE' });
    expect(told(new InvalidAppend('EVENT_TOO_LARGE', 'p', 'm')).status).toBe(413);
  });

  it('ask to try again while a read table, or a column that it has since this release, is not built yet', () => {
    for (const code of ['42P01', '42703'])
      expect(toProblem(Object.assign(new Error('relation or column'), { code }))).toMatchObject({
        problem: { status: 503, code: 'NOT_READY' },
        isOurs: true,
      });
  });

  it('ask to try again while the database is away', () => {
    const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (const error of [lost, new Error('Connection terminated unexpectedly')])
      expect(told(error)).toMatchObject({ status: 503, code: 'NOT_READY', retry_after_seconds: 1 });
  });
});
