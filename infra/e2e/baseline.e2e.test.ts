import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../extension/executor/api/client.ts';
import type { Outcome } from '../../extension/executor/api/wire.ts';
import { BROKEN, FLAKY, GREETER } from './testing/packages.ts';
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

describe('the baseline on the real product', () => {
  it('[TST-05] sets a function aside that gives another result each time, and tells so', async () => {
    const workspace = ada.package(FLAKY);
    const jobId = await ada.reachesBaseline(workspace);
    const result = await ada.executes(jobId, 'BASELINE', workspace);
    expect(result).toMatchObject({ outcome: { status: 'PASSED' } });
    await ada.executes(jobId, 'TEST', workspace);
    await ada.sees(jobId, 'DELIVERED');

    const { baseline } = await ada.client.delivery(jobId);
    expect(baseline?.quarantined.length).toBeGreaterThan(0);
    for (const { name, why } of baseline?.quarantined ?? [])
      expect([name, why]).toEqual([
        expect.stringContaining('jitter'),
        expect.stringMatching(/agree|outside/),
      ]);
    expect(baseline?.kept).toBeGreaterThan(0);
    expect(ada.lines.find((line) => line.includes('set aside'))).toContain('jitter');
  });

  it('[TST-01] of a server is its answers: a change of one is found, and the right change is delivered', {
    timeout: 400_000,
  }, async () => {
    const workspace = ada.package(GREETER);
    const jobId = await ada.reachesBaseline(workspace);
    expect(await ada.executes(jobId, 'BASELINE', workspace)).toMatchObject({ outcome: { status: 'PASSED' } });

    // The command line gives a sign of life all the time; recording a server takes longer than a job waits for one.
    await ada.client.heartbeat(jobId);
    const judged: Outcome[] = [];
    const withWrongPatch: Client = {
      ...ada.client,
      artifact: async (job, ref) => {
        const bytes = await ada.client.artifact(job, ref);
        if (ref.kind !== 'PATCH') return bytes;
        const text = new TextDecoder().decode(bytes).replace('405', '404');
        return new TextEncoder().encode(text);
      },
      report: async (_job, _execution, _token, outcome) => {
        judged.push(outcome);
        throw new Error('the server never hears of it');
      },
    };
    await expect(ada.executes(jobId, 'TEST', workspace, withWrongPatch)).rejects.toThrow('never hears');
    expect(judged).toMatchObject([{ status: 'FAILED', failure_class: 'LOGIC_FAILURE' }]);
    expect(await ada.executes(jobId, 'TEST', workspace)).toMatchObject({ outcome: { status: 'PASSED' } });
    await ada.sees(jobId, 'DELIVERED');
    expect((await ada.client.delivery(jobId)).baseline).toMatchObject({ mode: 'BLACK_BOX' });
  });

  it('[TST-02] that fails is told, reopened, fails again, and can be overridden by a person who says why', async () => {
    const workspace = ada.package(BROKEN);
    const jobId = await ada.reachesBaseline(workspace);
    expect(await ada.executes(jobId, 'BASELINE', workspace)).toMatchObject({ outcome: { status: 'FAILED' } });
    await ada.sees(jobId, 'BASELINE_VALIDATION_FAILED');

    expect((await ada.send('POST', `/jobs/${jobId}/baseline/override`, {})).status).toBe(422);
    await ada.client.call('ReopenSpec', { path: { job_id: jobId }, body: { reason: 'look again' } });
    await ada.approves(jobId);
    await ada.executes(jobId, 'BASELINE', workspace);
    await ada.sees(jobId, 'BASELINE_VALIDATION_FAILED');

    const body = { why: 'its dependency is on another machine' };
    await ada.client.call('OverrideBaseline', { path: { job_id: jobId }, body });
    expect(await ada.executes(jobId, 'TEST', workspace)).toMatchObject({ outcome: { status: 'PASSED' } });
    await ada.sees(jobId, 'DELIVERED');
    const delivery = await ada.client.delivery(jobId);
    // What was recorded before the baseline failed still guards the change.
    expect(delivery).toMatchObject({ baseline: null, tests: { total: 2, strict_errors: 0 } });
    expect(
      (await product.eventsOf(jobId)).find(({ type }) => type === 'BaselineOverridden')?.data,
    ).toMatchObject({
      why: 'its dependency is on another machine',
    });
    expect(ada.lines).toContain('2 of 2 locked tests pass.');
  });
});
