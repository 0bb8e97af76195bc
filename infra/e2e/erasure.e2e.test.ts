import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { switchUserSpending } from '../../commands/operations/spending.ts';
import { switchTicketContext } from '../../commands/operations/tickets.ts';
import { headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { productLog } from '../event-store/forms/product-log.ts';
import { openPostgresEventLog, type PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { exportPeriod } from '../finance/export-period.ts';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { subjectKeysOf } from '../main/kept-outside.ts';
import { createPool } from '../postgres/pool.ts';
import { everythingKept } from './testing/everything-kept.ts';
import { CLAMP } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { type Product, startProduct, until } from './testing/product.ts';

/** In every text that the person writes; the address too. */
const CANARY = 'zq7canary';
const EMAIL = `${CANARY}-${randomUUID()}@example.org`;

let product: Product;
let ada: Person;
let userId: string;
/** One job in words of her own, and one that works. */
let asked: string;
let working: string;
beforeAll(async () => {
  product = await startProduct();
  ada = await Person.signsIn(product.url, EMAIL, 'RegisterUser');
  await ada.client.consent();
  userId = String((await ada.send('GET', '/auth/me')).body['user_id']);
  const { body } = await ada.send('POST', '/jobs', {
    goal: 'FREE_TEXT',
    title: `${CANARY} title`,
    goal_text: `${CANARY} goal`,
    targets: [`${CANARY}/target.js`],
  });
  asked = String(body['job_id']);
  const workspace = ada.package(CLAMP);
  working = await ada.starts(workspace);
  await ada.chooses(working);
  await ada.sees(working, 'WAITING_SPEC_APPROVAL');
}, 180_000);
afterAll(async () => {
  await ada?.leaves();
  await product?.stop();
});

const iama = (...args: readonly string[]) => runIama(args, product.env, 120_000);
const kept = async (): Promise<string> =>
  `${product.logged()}\n${await everythingKept(product.query, product.dataFolder)}`;
const shown = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await iama(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};
const audited = async (): Promise<string> =>
  (await shown('audit', 'job', asked, '--json')) +
  (await shown('audit', 'job', working, '--lines', '--json'));

const withStore = async <T>(work: (store: PostgresEventLog, pool: Pool) => Promise<T>): Promise<T> => {
  const pool = createPool({ connectionString: product.env['IAMA_DATABASE_URL'] ?? '' });
  const store = productLog(openPostgresEventLog({ pool }), subjectKeysOf({ dataFolder: product.dataFolder }));
  try {
    return await work(store, pool);
  } finally {
    await store.close();
    await pool.end();
  }
};

/** What operators decide about her, in words that tell of her, with keys, so that their answers are kept. */
const decided = (): Promise<void> =>
  withStore(async (store) => {
    const services = { userExists: async () => true };
    const actor = { type: 'admin', id: 'test' } as const;
    const about = { userId, reason: `${CANARY} why`, by: 'test', at: new Date().toISOString() };
    const execution = () => {
      const id = randomUUID();
      const context = { commandId: id, correlationId: id, causationId: id, actor };
      return { context, idempotency: { key: id, bodyHash: canonicalHash(id) } };
    };
    for (const halted of [true, false]) {
      const command = { type: 'SwitchUserSpending', data: { ...about, halted } } as const;
      await execute(switchUserSpending, command, store, services, execution());
    }
    const command = { type: 'SwitchTicketContext', data: { ...about, allowed: true } } as const;
    await execute(switchTicketContext, command, store, services, execution());
  });

/** What a finance person is given, with the month closed as it will be. */
const exported = () =>
  withStore(async (store, pool) => {
    const folder = await mkdtemp(join(tmpdir(), 'iama-erased-'));
    const period = new Date().toISOString().slice(0, 7);
    const actor = { type: 'admin', id: 'test' } as const;
    const context = { commandId: period, correlationId: period, causationId: period, actor };
    const signer = headSigner(newHeadKeyPem());
    const tree = openLogTree(pool, { signer, origin: 'iama-test', now: () => new Date() });
    try {
      const data = { period, at: '2099-01-01T00:00:00.000Z' };
      await execute(periodCommands.ClosePeriod, { type: 'ClosePeriod', data }, store, {}, { context });
      const parts = { store, pool, tree, signer, now: () => new Date() };
      const order = { period, format: 'csv', version: null, folder: join(folder, 'out'), actor } as const;
      await until('the ledger to be whole', async () => {
        try {
          await exportPeriod(parts, order);
          return true;
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'LEDGER_BEHIND') return false;
          throw error;
        }
      });
      const names = await readdir(order.folder);
      expect(names.length).toBeGreaterThan(1);
      return (await Promise.all(names.map((name) => readFile(join(order.folder, name), 'utf8')))).join('\n');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

describe('a person', () => {
  it('[ES-13] who does not exist, or is paid for, is not erased', async () => {
    for (const nobody of [randomUUID(), 'ada'])
      expect(await iama('erase-subject', nobody, '--json')).toMatchObject({
        code: 3,
        stdout: expect.stringContaining('USER_NOT_FOUND'),
      });
  });

  it('[ES-13] reads what they wrote, which stands nowhere in the clear', async () => {
    const spec = await ada.client.spec(working);
    const words = { id: 'sdd-words', topic: 'TYPES', statement: `${CANARY} statement` } as const;
    const specification = { ...spec.specification, sdd: [...spec.specification.sdd, words] };
    const revised = await ada.send('PATCH', `/jobs/${working}/spec`, {
      revision_token: spec.revision_token,
      specification,
    });
    expect(revised.status).toBe(200);
    const key = { 'idempotency-key': randomUUID() };
    const text = { text: `Given ${CANARY}, when it is read, then it is kept.` };
    const preview = await ada.send('POST', `/jobs/${working}/spec/nl-convert`, text, key);
    expect(JSON.stringify(preview.body)).toContain(`${CANARY} statement`);
    await ada.approves(working);
    const executionId = await ada.awaited(working, 'BASELINE');
    const { task_token: token } = await ada.client.claim(working, executionId, 'machine');
    const progress = `/jobs/${working}/executions/${executionId}/progress`;
    await ada.send('POST', progress, { lines: [`${CANARY} line`] }, { 'x-task-token': token });
    const failed = { kind: 'BASELINE', status: 'FAILED', report: null, failing_tests: [] } as const;
    await ada.reports(working, 'BASELINE', async () => ({ ...failed, reason: `${CANARY} failure` }));
    const reopened = await ada.send('POST', `/jobs/${working}/spec/reopen`, { reason: `${CANARY} reason` });
    expect(reopened.status).toBe(200);

    expect((await ada.send('GET', `/jobs/${asked}`)).body).toMatchObject({
      title: `${CANARY} title`,
      goal_text: `${CANARY} goal`,
      targets: [`${CANARY}/target.js`],
    });
    await decided();

    const story = await audited();
    for (const written of ['title', 'goal', 'statement', 'line', 'failure', 'reason'])
      expect(story).toContain(`${CANARY} ${written}`);
    const stored = await everythingKept(product.query, product.dataFolder, ['mail']);
    expect(stored.includes(CANARY)).toBe(false);
    expect(stored.includes(`iama-sealed-1.${userId}.`)).toBe(true);
    await ada.send('POST', '/auth/tokens', { label: `${CANARY} label`, scopes: ['jobs:read'], days: 1 });
  });

  it('[ES-13] [ID-12] [SEC-13] is forgotten everywhere, for ever, and the log still verifies', async () => {
    await ada.client.cancel(working);
    const before = await product.query('select * from event_log order by position');
    expect(await shown('erase-subject', userId, '--json')).toBe(`${JSON.stringify({ erased: userId })}\n`);
    await until('the read tables to follow', async () => {
      const rows = await product.query(
        'select 1 from read.users where user_id = $1 and erased_at is not null',
        [userId],
      );
      return rows.length === 1;
    });
    const story = await audited();
    expect(story).toContain('[erased]');
    for (const text of [await kept(), story, await exported(), await shown('audit', 'search', '--json')])
      expect(text.includes(CANARY)).toBe(false);
    expect(
      (await product.query('select * from event_log order by position')).slice(0, before.length),
    ).toEqual(before);
    expect(await shown('audit', 'verify')).toContain('Nothing was changed');
    expect(await shown('replay', 'all')).toContain(', 0 differing rows');
    const [row] = await product.query('select email_key from read.users where user_id = $1', [userId]);
    expect(row).toEqual({ email_key: '[erased]' });
    expect((await ada.send('GET', '/auth/me')).status).toBe(401);

    expect(await iama('erase-subject', userId)).toMatchObject({ code: 0 });
    const erased = await product.query(
      `select type, metadata::jsonb->'actor'->>'type' as by from events where stream = $1 order by version desc limit 2`,
      [`user-${userId}`],
    );
    expect(erased).toEqual([
      { type: 'SubjectErased', by: 'admin' },
      { type: 'AccountDeleted', by: 'admin' },
    ]);
    const keys = subjectKeysOf({ dataFolder: product.dataFolder });
    expect([await keys.keyOf(userId), keys.existing(userId)]).toEqual([null, 'DESTROYED']);
  });
});
