import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactRef } from '../../extension/executor/api/wire.ts';
import { CLAMP, COUNTER, contentsOf } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { type Product, startProduct } from './testing/product.ts';

let product: Product;
let ada: Person;
beforeAll(async () => {
  product = await startProduct();
  ada = await Person.arrives(product.url);
});
afterAll(async () => {
  await ada?.leaves();
  await product?.stop();
});

const typesOf = async (jobId: string): Promise<string[]> =>
  (await product.eventsOf(jobId)).map(({ type }) => type);

/** The partial patch that the fallback offers, as text. */
const partialPatch = async (jobId: string): Promise<string> => {
  const recovered = (await product.eventsOf(jobId)).find(({ type }) => type === 'RecoveryCompleted');
  const { artifactId, expiresAt, ...ref } = Object(recovered?.data['partialPatch']);
  const wire: ArtifactRef = { ...ref, artifact_id: artifactId, expires_at: expiresAt };
  return new TextDecoder().decode(await ada.client.artifact(jobId, wire));
};

describe('the repair loop on the real product', () => {
  it('[JOB-08] leaves out the step that the failed tests speak of, and delivers without it', async () => {
    const workspace = ada.package(COUNTER);
    const before = contentsOf(workspace);
    const jobId = await ada.reachesBaseline(workspace);
    expect(await ada.executes(jobId, 'BASELINE', workspace)).toMatchObject({
      outcome: { kind: 'BASELINE', status: 'PASSED', quarantined: [] },
    });

    await ada.failsTests(jobId, 'f0', "Class constructor Sum cannot be invoked without 'new'");
    expect(await ada.executes(jobId, 'TEST', workspace)).toMatchObject({
      outcome: { kind: 'TEST', status: 'PASSED' },
    });

    await ada.sees(jobId, 'DELIVERED');
    const events = await product.eventsOf(jobId);
    const summaries = events
      .filter(({ type }) => type === 'PatchGenerated')
      .map(({ data }) => data['summary']);
    expect(summaries[0]).toContain('CLASSES 1');
    expect(summaries[1]).toContain('Left out after a failure: CLASSES.');
    const delivery = await ada.client.delivery(jobId);
    expect(delivery.files.map(({ diff }) => diff).join()).not.toContain('class Sum');
    expect(contentsOf(workspace)).toEqual(before);
  });

  it('[JOB-08] [JOB-07] asks at the third identical failure, goes on, gives up, and keeps the partial patch', async () => {
    const workspace = ada.package(COUNTER);
    const jobId = await ada.reachesBaseline(workspace);
    await ada.executes(jobId, 'BASELINE', workspace);
    for (const attempt of [0, 1, 2, 3]) {
      const claim = await ada.failsTests(jobId, 'the same each time');
      expect(claim.execution.attempt).toBe(attempt);
    }
    const waiting = await ada.sees(jobId, 'WAITING_INTERVENTION');
    expect(waiting).toMatchObject({ attempts: 4, executions: [] });
    const failed = (await product.eventsOf(jobId)).filter(({ type }) => type === 'TestsFailed');
    expect(failed.map(({ data }) => data['identical'])).toEqual([0, 1, 2, 3]);

    await ada.client.call('ContinueRepair', { path: { job_id: jobId } });
    await ada.sees(jobId, 'FALLBACK_REQUIRED');
    expect((await typesOf(jobId)).slice(-3)).toEqual([
      'RepairContinued',
      'AttemptsExhausted',
      'RecoveryCompleted',
    ]);
    expect(await partialPatch(jobId)).toContain('+++ b/index.ts');

    await ada.client.call('AbandonJob', { path: { job_id: jobId } });
    expect(await ada.client.job(jobId)).toMatchObject({ status: 'FAILED', failure_class: 'ABANDONED' });
    expect(await ada.send('POST', `/jobs/${jobId}/abandon`, {})).toMatchObject({
      status: 409,
      body: { code: 'JOB_ENDED' },
    });
  });

  it('[TST-02] takes no result of tests that are not the locked ones, not even a good one', async () => {
    const workspace = ada.package(CLAMP);
    const jobId = await ada.reachesBaseline(workspace);
    await ada.executes(jobId, 'BASELINE', workspace);
    await ada.reports(jobId, 'TEST', async (claim, upload) => {
      const locked = Object.keys(claim.execution.locked_hashes);
      expect(locked.length).toBeGreaterThan(1);
      const counts = { total: 1, passed: 1, failed: 0, timed_out: 0, skipped: 0 };
      return {
        kind: 'TEST',
        status: 'PASSED',
        report: await upload('TEST_REPORT', { schema: 'iama.test-report/1', counts }),
        delivery: await upload('DELIVERY', { schema: 'iama.delivery/1', files: [] }),
        counts,
        strict_errors: 0,
        test_hashes: { ...claim.execution.locked_hashes, [String(locked[0])]: 'f'.repeat(64) },
      };
    });
    await ada.sees(jobId, 'FALLBACK_REQUIRED');
    const events = await product.eventsOf(jobId);
    expect(events.find(({ type }) => type === 'PatchRejected')?.data).toMatchObject({
      failureClass: 'TESTS_WEAKENED',
    });
    expect(events.map(({ type }) => type)).not.toContain('TestsPassed');
    expect((await ada.send('GET', `/jobs/${jobId}/delivery`)).body['code']).toBe('DELIVERY_NOT_READY');
  });
});
