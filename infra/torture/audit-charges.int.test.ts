import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credits } from '../../domain/billing/credits.ts';
import { treeHeadSchema } from '../audit/tree-head.ts';
import { startTestApi, type TestApi, type TestUser } from '../http/testing/api.ts';
import { jobScript } from '../http/testing/job-script.ts';
import { Findings } from './audit.ts';
import { auditCharges } from './audit-charges.ts';
import { faultOfProof } from './audit-proofs.ts';
import type { PlayedJob } from './shop-job.ts';

const CHARGE = credits(3);
const NOBODY = 'shop: nobody was charged';

describe('what the torture test calls a violation of the charges', { timeout: 60_000 }, () => {
  let api: TestApi;
  let user: TestUser;
  let folder: string;
  beforeAll(async () => {
    api = await startTestApi();
    user = await api.user();
    folder = await mkdtemp(join(tmpdir(), 'iama-proofs-'));
    const script = jobScript(api, user);
    const data = { userId: user.userId, tier: 'PLUS', reason: 'r', at: script.at() } as const;
    await script.system({ type: 'AssignTier', data });
  });
  afterAll(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const audited = async (jobs: readonly PlayedJob[] = [], given = credits(1_500)): Promise<Findings> => {
    const findings = new Findings();
    const spender = { userId: user.userId, token: '', given, jobs };
    await auditCharges({ pool: api.pool, log: api.log, answered: new Map() }, [spender], findings);
    return findings;
  };
  const found = async (...[jobs, given]: Parameters<typeof audited>): Promise<string[]> =>
    (await audited(jobs, given)).violations.map(({ what }) => what);
  const settle = (jobId: string) => {
    const script = jobScript(api, user);
    const data = { userId: user.userId, holdId: jobId, jobId, microCredits: CHARGE, at: script.at() };
    return script.system({ type: 'SettleHold', data: { ...data, chargeClass: 'SUCCESS' } });
  };

  it('[BIL-04] [ES-15] a hold of a job that has ended, and a running job without one', async () => {
    const [ended, running] = [await jobScript(api, user).started(), await jobScript(api, user).started()];
    expect(await found()).toEqual([]);
    const left: PlayedJob = { jobId: ended, course: 'LEFT', charge: null };
    const why =
      '1 people were done in time, 1 jobs of theirs were started and 0 came to an end that is known';
    expect((await audited([left])).unproven).toEqual([{ what: NOBODY, why }]);
    expect((await api.call(user, 'DELETE', `/jobs/${ended}`)).status).toBe(200);
    expect(await found()).toEqual(['shop: hold of a job that has ended']);
    await settle(ended);
    const played = (jobId: string, charge: number): PlayedJob => ({ jobId, course: 'DELIVERED', charge });
    expect(await audited([played(ended, CHARGE)])).toMatchObject({ violations: [], unproven: [] });
    expect(await found([played(ended, CHARGE - 1)])).toEqual(['shop: another charge than was used']);
    expect(await found([played(ended, CHARGE)], credits(1_501))).toEqual([
      'shop: credits appeared or vanished',
    ]);
    await settle(running);
    expect(await found([played(ended, CHARGE), played(running, CHARGE)])).toEqual([
      'shop: running job without its hold',
    ]);
  });

  it('[BIL-09] [ES-07] a proof that proves no charge, another log, or is none', async () => {
    const jobId = await jobScript(api, user).started();
    const proofOf = async () => (await api.call(user, 'GET', `/usage/job/${jobId}/proof`)).body;
    await api.settled(async () => (await proofOf())['proofs'] !== undefined);
    const { body } = await api.call(user, 'GET', '/audit/keys');
    const keys = body['keys'] as readonly Readonly<{ key_id: string; public_key: string }>[];
    await mkdir(join(folder, 'keys'));
    for (const { key_id, public_key } of keys)
      await writeFile(join(folder, 'keys', `${key_id}.pem`), public_key);
    const headOf = (answer: Record<string, unknown>) => treeHeadSchema.parse(answer['head']);
    const before = await proofOf();
    expect(await faultOfProof(before, headOf(before), folder)).toBe('no charge in it');
    await settle(jobId);
    await api.settled(async () => (await proofOf())['proofs'] !== undefined);
    const proof = await proofOf();
    expect(await faultOfProof(proof, headOf(proof), folder)).toBeNull();
    expect(await faultOfProof(proof, headOf(before), folder)).toBe('another head than the published');
    const forged = JSON.parse(JSON.stringify(proof).replace(String(CHARGE), String(CHARGE - 1)));
    expect(await faultOfProof(forged, headOf(proof), folder)).toContain('does not have this hash');
    expect(await faultOfProof({}, headOf(proof), folder)).toBe('no proof');
  });

  it('[BIL-11] [ES-15] books that were below zero in between', async () => {
    await api.pool.query(
      `update read.ledger_postings set position = position + 1000000 where kind = 'CreditsGranted'`,
    );
    expect(await found()).toContain('shop: ledger below zero');
  });
});
