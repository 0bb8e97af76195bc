import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_TIMINGS } from '../../processors/refactoring/job-process/timings.ts';
import { CLAMP } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { type Product, startProduct } from './testing/product.ts';

let product: Product;
let ada: Person;
beforeAll(async () => {
  // Reading the sources alone takes longer.
  const stageSeconds = { ...JOB_TIMINGS.stageSeconds, ANALYSE: 0.001 };
  product = await startProduct({ timings: { stageSeconds } });
  ada = await Person.arrives(product.url);
});
afterAll(async () => {
  await ada?.leaves();
  await product?.stop();
});

describe('a stage that takes longer than it may', () => {
  it('[JOB-09] is asked for once more, and then ends the job as our failure', async () => {
    const jobId = await ada.starts(ada.package(CLAMP));
    await ada.sees(jobId, 'FAILED');
    expect(await ada.client.job(jobId)).toMatchObject({
      failure_class: 'INFRA_FAILURE',
      reasons: [{ code: 'STAGE_TIMEOUT' }],
    });
    const events = await product.eventsOf(jobId);
    // Calls that the limit stopped are told of when they have ended, before or after what follows.
    const isCall = ({ type }: (typeof events)[number]) => type === 'ModelCalled';
    const types = events.filter((event) => !isCall(event)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['JobStarted', 'StageTimedOut', 'InfraFailed']);
    expect(events.filter(isCall).map(({ data }) => data['call'])).not.toContainEqual(
      expect.objectContaining({ outcome: 'SUCCESS' }),
    );
  });
});
