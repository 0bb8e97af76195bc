import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNTER, contentsOf } from './testing/packages.ts';
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

describe('the repair loop on the real product', () => {
  it('[JOB-08] [TST-02] repairs by leaving out the step at fault, refuses weakened tests, and delivers', async () => {
    const workspace = ada.package(COUNTER);
    const before = contentsOf(workspace);
    const jobId = await ada.reachesBaseline(workspace, 'COMPREHENSIVE');
    expect(await ada.executes(jobId, 'BASELINE', workspace)).toMatchObject({
      outcome: { kind: 'BASELINE', status: 'PASSED', quarantined: [] },
    });

    await ada.failsTests(jobId, 'f0', "Class constructor Counter cannot be invoked without 'new'");
    expect(await ada.executes(jobId, 'TEST', workspace)).toMatchObject({
      outcome: { kind: 'TEST', status: 'PASSED' },
    });

    const view = await ada.sees(jobId, 'DELIVERED');
    expect(view.attempts).toBe(2);
    const events = await product.eventsOf(jobId);
    const patches = events.filter(({ type }) => type === 'PatchGenerated').map(({ data }) => data);
    expect(patches).toHaveLength(2);
    expect(patches[1]?.['summary']).toContain('CLASSES');
    const delivery = await ada.client.delivery(jobId);
    expect(delivery.files.map(({ diff }) => diff).join()).not.toContain('class Counter');
    expect(contentsOf(workspace)).toEqual(before);
  });
});
