import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandFiles } from '../../commands/index.ts';
import { queries } from '../../read-api/index.ts';
import { COUNTER, contentsOf } from './testing/packages.ts';
import { type Answer, Person } from './testing/person.ts';
import { type Product, startProduct } from './testing/product.ts';

const TIMES = 50;
const PATIENCE = { timeout: 20_000 };

/** Enough unchanged lines between two functions that they are two hunks. */
const SPACED = {
  ...COUNTER,
  'index.js': String(COUNTER['index.js']).replace('/**\n * @param {number} a', `${'// kept\n'.repeat(12)}$&`),
};

let product: Product;
let ada: Person;
let eve: Person;
let workspace: string;
let jobId: string;
/** The same request many times at once, under one key: every answer, and how many were the first. */
const repeat = async (path: string, body: unknown): Promise<Answer[]> => {
  const key = { 'idempotency-key': randomUUID() };
  return Promise.all(Array.from({ length: TIMES }, () => ada.send('POST', path, body, key)));
};
const countOf = async (type: string): Promise<number> =>
  (await product.eventsOf(jobId)).filter((event) => event.type === type).length;
const expectOne = async (answers: readonly Answer[], type: string): Promise<void> => {
  expect(answers.map(({ status }) => status)).toEqual(Array(TIMES).fill(200));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await countOf(type)).toBe(1);
};

beforeAll(async () => {
  product = await startProduct();
  [ada, eve] = await Promise.all([Person.arrives(product.url), Person.arrives(product.url)]);
  workspace = ada.package(SPACED);
});
afterAll(async () => {
  await Promise.all([ada?.leaves(), eve?.leaves()]);
  await product?.stop();
});

describe('a job whose client repeats itself', () => {
  it('[ES-03] [BIL-03] starts, is approved and is accepted once each, with the same answer to all', async () => {
    jobId = await ada.requests(workspace);
    const preflight = { vcs: 'GIT', head_commit: 'abc', dirty_paths: [], choice: 'CLEAN' };
    await expectOne(await repeat(`/jobs/${jobId}/start`, { preflight }), 'JobStarted');
    const slots = await product.query(`select 1 from events where type = 'JobSlotClaimed'`);
    expect(slots).toHaveLength(1);

    await ada.chooses(jobId);
    await ada.sees(jobId, 'WAITING_SPEC_APPROVAL');
    const { revision_token, spec_hash } = await ada.client.spec(jobId);
    await expectOne(
      await repeat(`/jobs/${jobId}/spec/approve`, { revision_token, spec_hash }),
      'SpecApproved',
    );

    await ada.executes(jobId, 'BASELINE', workspace);
    await ada.executes(jobId, 'TEST', workspace);
    await ada.sees(jobId, 'DELIVERED');
    const selection = { files: ['twice.ts'], hunks: [] };
    await expectOne(await repeat(`/jobs/${jobId}/delivery/accept`, { selection }), 'DeliveryAccepted');
  });
});

describe('a delivery that nobody fetches', () => {
  it('[DEL-05] is told of by mail 48 hours before it is deleted', async () => {
    const { artifact } = await ada.client.delivery(jobId);
    const key = `effect/expiry-notice/${jobId}/notice`;
    await expect
      .poll(() => product.query('select run_at from graphile_worker.jobs where key = $1', [key]), PATIENCE)
      .toEqual([{ run_at: new Date(Date.parse(artifact.expires_at) - 48 * 3_600_000) }]);
    await product.query(
      'select graphile_worker.reschedule_jobs(array_agg(id), now()) from graphile_worker.jobs where key = $1',
      [key],
    );
    const mails = (): string[] => {
      const folder = join(product.dataFolder, 'mail');
      return readdirSync(folder).map((name) => {
        const [, body = ''] = readFileSync(join(folder, name), 'utf8').split('\r\n\r\n');
        return Buffer.from(body, 'base64').toString('utf8');
      });
    };
    await expect
      .poll(() => mails().filter((text) => text.includes(jobId)), PATIENCE)
      .toEqual([expect.stringContaining(`deleted for good on ${artifact.expires_at.slice(0, 10)}`)]);
  });
});

describe('a delivery that is taken in part', () => {
  it('[DEL-02] writes nothing over a file that has changed, and names it', async () => {
    const text = `${COUNTER['twice.js']}// mine\n`;
    writeFileSync(join(workspace, 'twice.js'), text);
    const before = contentsOf(workspace);
    await ada.client.applyDelivery(jobId);
    expect(await ada.executes(jobId, 'APPLY', workspace)).toMatchObject({
      outcome: { status: 'FAILED', code: 'BASE_CONFLICT', files: ['twice.js'] },
    });
    expect(contentsOf(workspace)).toEqual(before);
    expect(await ada.client.job(jobId)).toMatchObject({ status: 'DELIVERED', delivery_phase: 'ACCEPTED' });
    expect(await countOf('DeliveryApplied')).toBe(0);
    writeFileSync(join(workspace, 'twice.js'), String(COUNTER['twice.js']));
  });

  it('[DEL-02] [DEL-04] takes one file, and puts it back byte for byte', async () => {
    const before = contentsOf(workspace);
    await ada.client.applyDelivery(jobId);
    await ada.executes(jobId, 'APPLY', workspace);
    const { 'twice.js': _, ...others } = before;
    const { 'twice.ts': typed, ...rest } = contentsOf(workspace);
    expect(rest).toEqual(others);
    expect(typed).toContain('number');
    await ada.client.revertDelivery(jobId);
    await ada.executes(jobId, 'REVERT', workspace);
    expect(contentsOf(workspace)).toEqual(before);
  });

  it('[DEL-02] [DEL-03] takes one hunk of a file and leaves its others, untested only when that is waived', async () => {
    const { files } = await ada.client.delivery(jobId);
    const file = files.find(({ hunks }) => hunks.length > 1);
    const hunk = file?.hunks[0];
    expect(file?.to).toBe('index.ts');
    expect(await ada.send('POST', `/jobs/${jobId}/delivery/apply`, {})).toMatchObject({
      status: 409,
      body: { code: 'DELIVERY_STATE_CONFLICT' },
    });
    const before = contentsOf(workspace);
    await ada.client.acceptDelivery(jobId, { files: [], hunks: [String(hunk?.hunk_id)] });
    await ada.client.applyDelivery(jobId);
    expect(await ada.executes(jobId, 'APPLY', workspace)).toMatchObject({
      outcome: { status: 'FAILED', code: 'RETEST_FAILED' },
    });
    expect(contentsOf(workspace)).toEqual(before);
    await ada.client.applyDelivery(jobId, true);
    expect(await ada.executes(jobId, 'APPLY', workspace)).toMatchObject({ outcome: { status: 'APPLIED' } });
    const path = String(file?.to);
    const text = readFileSync(join(workspace, path), 'utf8');
    const whole = file?.diff.split('\n').filter((line) => /^\+(?!\+\+)/.test(line)) ?? [];
    const taken = whole.filter((line) => text.includes(line.slice(1)));
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(whole.length);
    await ada.client.revertDelivery(jobId);
    await ada.executes(jobId, 'REVERT', workspace);
    expect(contentsOf(workspace)).toEqual(before);
  });
});

describe('somebody else', () => {
  it('[JOB-03] finds no such job on any route of the manifests, not even with the owner’s own token', async () => {
    await ada.client.acceptDelivery(jobId, 'ALL');
    await ada.client.applyDelivery(jobId);
    const executionId = await ada.awaited(jobId, 'APPLY');
    const { task_token } = await ada.client.claim(jobId, executionId, 'machine');
    const { artifact } = await ada.client.delivery(jobId);
    const fill = (path: string): string =>
      path
        .replace(':job_id', jobId)
        .replace(':execution_id', executionId)
        .replace(':artifact_id', artifact.artifact_id);
    const ofJobs = [...commandFiles.values()].flatMap(({ route, access }) =>
      route === null || !route.path.includes(':job_id')
        ? []
        : [route.path, ...(route.aliases ?? [])].map((path) => ({
            method: route.method as string,
            path,
            access,
          })),
    );
    const asked = queries
      // Operators see every job; who may call their routes is in access-matrix.int.test.ts.
      .filter(({ path }) => path.includes(':job_id') && !path.startsWith('/admin/'))
      .map(({ path, access }) => ({ method: 'GET', path, access }));
    const routes = [...ofJobs, ...asked, { method: 'GET', path: '/jobs/:job_id/logs', access: 'JOB_OWNER' }];
    expect(routes.length).toBeGreaterThan(30);
    const eventsBefore = (await product.eventsOf(jobId)).length;
    for (const { method, path, access } of routes) {
      expect(['JOB_OWNER', 'TASK_TOKEN']).toContain(access);
      const body = method === 'GET' ? undefined : { execution_id: executionId };
      const answer = await eve.send(method, fill(path), body, { 'x-task-token': task_token });
      expect([method, path, answer.status, answer.body['code']]).toEqual([
        method,
        path,
        404,
        'JOB_NOT_FOUND',
      ]);
    }
    expect((await eve.client.jobs()).length).toBe(0);
    expect((await product.eventsOf(jobId)).length).toBe(eventsBefore);
  });
});
