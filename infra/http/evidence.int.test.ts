import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headKeys } from '../audit/head-key.ts';
import { checkConsistency, checkInclusion, consistencySchema, inclusionSchema } from '../audit/proof.ts';
import { checkHead, treeHeadSchema } from '../audit/tree-head.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';

let api: TestApi;
let user: TestUser;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const trustedKeys = async () => {
  const { body } = await api.call(user, 'GET', '/audit/keys');
  const keys = body['keys'] as readonly { public_key: string }[];
  return headKeys(keys.map(({ public_key }) => public_key).join());
};

describe('evidence over HTTP', () => {
  it('[ES-07] says that no head was signed yet', async () => {
    const { status, body } = await api.call(null, 'GET', '/audit/head');
    expect([status, body['code']]).toEqual([404, 'TREE_HEAD_NOT_FOUND']);
  });

  it('[ES-07] gives proofs to who signed in only', async () => {
    for (const path of ['/audit/heads', '/audit/keys', '/audit/inclusion/1', '/audit/consistency?from=1'])
      expect((await api.call(null, 'GET', path)).status).toBe(401);
  });

  it('[ES-07] proves an event, and later that the log still begins with it, to who has the key', async () => {
    user = await api.user();
    await api.log.waitFor(1n, 10_000);
    const first = await api.call(user, 'GET', '/audit/inclusion/1');
    expect(first.status).toBe(200);
    const proof = inclusionSchema.parse(first.body);
    const keys = await trustedKeys();
    checkInclusion(proof, keys);
    expect(proof.proofs[0]).not.toHaveProperty('entry');

    const size = await api.log.head();
    await api.user();
    await api.log.waitFor(size + 1n, 10_000);
    const newest = await api.log.head();
    checkInclusion(
      inclusionSchema.parse((await api.call(user, 'GET', `/audit/inclusion/${newest}`)).body),
      keys,
    );
    const { body } = await api.call(null, 'GET', '/audit/head');
    const head = treeHeadSchema.parse(body);
    checkHead(head, keys);
    expect(head.tree_size).toBeGreaterThanOrEqual(Number(newest));
    const since = await api.call(user, 'GET', `/audit/consistency?from=${proof.head.tree_size}`);
    const consistency = consistencySchema.parse(since.body);
    checkConsistency(proof.head, consistency, keys);
    const pinned = `/audit/consistency?from=${proof.head.tree_size}&to=${head.tree_size}`;
    expect((await api.call(user, 'GET', pinned)).body).toEqual(since.body);

    const listed = await api.call(user, 'GET', `/audit/heads?limit=1&below=${head.tree_size}`);
    expect(listed.body).toEqual({ heads: [proof.head] });
  });

  it.each([
    ['/audit/inclusion/0', 422, 'VALIDATION_FAILED'],
    ['/audit/inclusion/-1', 422, 'VALIDATION_FAILED'],
    ['/audit/inclusion/1.5', 422, 'VALIDATION_FAILED'],
    ['/audit/inclusion/nothing', 422, 'VALIDATION_FAILED'],
    ['/audit/inclusion/99999999999999999999', 422, 'VALIDATION_FAILED'],
    ['/audit/inclusion/9007199254740991', 404, 'POSITION_NOT_FOUND'],
    ['/audit/consistency', 422, 'VALIDATION_FAILED'],
    ['/audit/consistency?from=0', 422, 'VALIDATION_FAILED'],
    ['/audit/consistency?from=9007199254740991', 404, 'POSITION_NOT_FOUND'],
    ['/audit/consistency?from=1&to=9007199254740991', 404, 'TREE_HEAD_NOT_FOUND'],
    ['/audit/heads?limit=0', 422, 'VALIDATION_FAILED'],
    ['/audit/heads?below=x', 422, 'VALIDATION_FAILED'],
  ])('[ES-07] %s is refused', async (path, status, code) => {
    const answer = await api.call(user, 'GET', path);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });
});
