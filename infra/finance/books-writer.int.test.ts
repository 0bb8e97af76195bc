import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FinanceExportEvent } from '../../domain/billing/finance-export.ts';
import { financeExportStream } from '../../domain/billing/finance-export.ts';
import { PERIODS_STREAM, type PeriodEvent } from '../../domain/billing/periods.ts';
import { type LogRead, logReadsStream } from '../../domain/operations/log-read.ts';
import { financeExports } from '../../processors/billing/finance-export.ts';
import { writeBooksReactor } from '../../processors/billing/write-books.reactor.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { commandBus } from '../commands/command-bus.ts';
import { startTestApi, type TestApi } from '../http/testing/api.ts';
import { firstOperator, type Operator, operator } from '../http/testing/operators.ts';
import { Runtime } from '../runtime/runtime.ts';
import { testContext } from '../runtime/testing/world.ts';
import { booksWriter } from './books-writer.ts';
import { exportFolder } from './export-folder.ts';
import { charge, onAccount, onPlus } from './testing/accounts.ts';
import { verifyExport } from './verify-export.ts';

const AT = '2026-10-20T10:00:00.000Z';
const PATH = '/admin/finance/exports';

describe('the books over HTTP', { timeout: 60_000 }, () => {
  let api: TestApi;
  let worker: Runtime;
  let folder: string;
  let admin: Operator;
  let finance: Operator;
  const signer = headSigner(newHeadKeyPem());
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-books-'));
    api = await startTestApi({ dataFolder: folder });
    admin = await firstOperator(api);
    finance = await operator(api, admin, 'SUPPORT', ['FINANCE']);
    const { log, pool } = api;
    const now = () => new Date();
    const tree = openLogTree(pool, { signer, origin: 'iama-test', now });
    const connectionString = String(pool.options.connectionString);
    const books = booksWriter({
      ...{ store: log, connectionString, tree, signer, dataFolder: folder, now },
      progressEvery: 1,
    });
    worker = new Runtime({
      pool,
      log,
      bus: commandBus(log, api.services),
      projections: [],
      processManagers: [financeExports],
      reactors: [writeBooksReactor(books, now)],
      report: () => undefined,
    });
    await worker.start();
    const append = async (
      streamName: string,
      ...events: Parameters<typeof api.log.append>[0][0]['events']
    ) => {
      await log.append([{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], {
        context: testContext(),
      });
    };
    await onAccount({ log, append }, onPlus('u1', AT), ...charge('u1', 'j1', 4_000_000, AT));
  });
  afterAll(async () => {
    await worker.stop(2_000);
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const close = (who: Operator | null, period = '2026-10') =>
    api.call(who, 'POST', `/admin/finance/periods/${period}/close`, { body: {} });
  const actorsOf = async (type: PeriodEvent['type']) =>
    (await api.log.read<PeriodEvent>(PERIODS_STREAM)).events
      .filter((event) => event.type === type)
      .map(({ metadata }) => metadata.actor);
  const ask = (who: Operator | null, body: unknown) => api.call(who, 'POST', PATH, { body });
  const ended = async (exportId: unknown) => {
    const path = `${PATH}/${String(exportId)}`;
    await api.settled(async () => (await api.call(finance, 'GET', path)).body['status'] !== 'WRITING');
    return (await api.call(finance, 'GET', path)).body;
  };

  it('[BIL-15] [OPS-02] are reconciled for who may, and it is kept who looked', async () => {
    const path = (period: string) => `/admin/finance/periods/${period}/reconciliation`;
    expect((await api.call(null, 'GET', path('2026-10'))).status).toBe(401);
    const support = await operator(api, admin, 'SUPPORT');
    expect((await api.call(support, 'GET', path('2026-10'))).body['code']).toBe('ROLE_MISSING');
    expect(await api.call(finance, 'GET', path('october'))).toMatchObject({
      status: 422,
      body: { code: 'PERIOD_INVALID' },
    });
    const told = () => api.call(finance, 'GET', path('2026-10'));
    await api.settled(async () => (await told()).body['jobs'] === 1);
    expect(await told()).toMatchObject({
      status: 200,
      body: {
        unexplained: 1,
        variances: [{ unit: 'MICRO_CREDIT', over: 4_000_000, under: 0 }],
        lines: [{ job_id: 'j1', user_id: 'u1', reason: 'UNEXPLAINED_CHARGE', variance: 4_000_000 }],
        lines_left_out: 0,
      },
    });
    const { events } = await api.log.read<LogRead>(logReadsStream(finance.userId));
    expect(events[0]?.data).toMatchObject({ what: 'RECONCILIATION', subject: 'october' });
    expect(events.at(-1)?.data).toMatchObject({ what: 'RECONCILIATION', subject: '2026-10' });
  });

  it('[BIL-16] [OPS-02] are closed by who may, in their order, once, and it is kept who did', async () => {
    expect((await close(null)).status).toBe(401);
    const support = await operator(api, admin, 'SUPPORT');
    expect((await close(support)).body['code']).toBe('ROLE_MISSING');
    expect((await close(finance, '2026-13')).body['code']).toBe('PERIOD_INVALID');
    expect((await close(finance, '2999-01')).body['code']).toBe('PERIOD_NOT_ENDED');
    for (let times = 0; times < 2; times += 1)
      expect(await close(finance)).toMatchObject({ status: 200, body: { period: '2026-10', version: 1 } });
    expect((await close(finance, '2026-12')).body['code']).toBe('PERIOD_OUT_OF_ORDER');
    expect(await actorsOf('PeriodClosed')).toEqual([{ type: 'admin', id: finance.userId }]);
  });

  it('[BIL-14] [OPS-02] are for who may, of months that are closed, in formats that there are', async () => {
    const wanted = { period: '2026-10', format: 'csv' };
    expect((await ask(null, wanted)).status).toBe(401);
    const support = await operator(api, admin, 'SUPPORT');
    expect((await ask(support, wanted)).body['code']).toBe('ROLE_MISSING');
    expect((await ask(finance, { ...wanted, period: '2026-09' })).body['code']).toBe('PERIOD_OPEN');
    for (const wrong of [{ period: '2026-13' }, { format: 'xlsx' }, { version: 0 }, { folder: '/etc' }])
      expect((await ask(finance, { ...wanted, ...wrong })).body['code']).toBe('VALIDATION_FAILED');
    expect((await ask(finance, { ...wanted, version: 2 })).body['code']).toBe('VERSION_UNKNOWN');
    const unknown = await api.call(finance, 'GET', `${PATH}/${randomUUID()}`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'EXPORT_NOT_FOUND' } });
  });

  it('[BIL-14] [BIL-17] are written by a worker, tell what they came to, and verify', async () => {
    for (const format of ['csv', 'parquet']) {
      const { status, body } = await ask(finance, { period: '2026-10', format });
      expect([status, body['status']]).toEqual([202, 'WRITING']);
      const exportId = String(body['export_id']);
      const done = await ended(exportId);
      expect(done).toMatchObject({ status: 'COMPLETED', version: 1, rows: 8, failure: null, format });
      expect(done['requested_by']).toBe(finance.userId);
      const place = exportFolder(folder, exportId);
      expect(place.endsWith(String(done['folder']))).toBe(true);
      expect(await readdir(place)).toHaveLength(2);
      const manifest = await verifyExport(place, headKeys(signer.publicKeyPem));
      expect(manifest.rows).toBe(8);
      const { events } = await api.log.read<FinanceExportEvent>(financeExportStream(exportId));
      expect(events.map(({ type }) => type)).toEqual([
        'ExportRequested',
        'ExportProgressed',
        'ExportCompleted',
      ]);
      expect(events[1]?.data).toMatchObject({ rows: 8 });
      expect(events[0]?.metadata.actor).toMatchObject({ type: 'admin', id: finance.userId });
    }
  });

  const written = async (format: string): Promise<string> => {
    const { body } = await ask(finance, { period: '2026-10', format });
    await ended(body['export_id']);
    return String(body['export_id']);
  };
  const download = (who: Operator, exportId: string, name: string, headers = {}) =>
    api.app.inject({
      method: 'GET',
      url: `/api/v1${PATH}/${exportId}/files/${name}`,
      headers: { ...who.headers, ...headers },
    });

  it('[BIL-14] [OPS-02] are downloaded file by file, and verify offline', async () => {
    for (const format of ['jsonl', 'parquet']) {
      const exportId = await written(format);
      const place = await mkdtemp(join(folder, 'downloaded-'));
      const manifest = await download(finance, exportId, 'manifest.json');
      await writeFile(join(place, 'manifest.json'), manifest.rawPayload);
      const [file] = manifest.json().files;
      const { rawPayload, headers } = await download(finance, exportId, file.name);
      expect(headers).toMatchObject({
        etag: `"${file.sha256}"`,
        'content-length': String(file.bytes),
        'accept-ranges': 'bytes',
        'content-disposition': `attachment; filename="${file.name}"`,
      });
      await writeFile(join(place, file.name), rawPayload);
      expect((await verifyExport(place, headKeys(signer.publicKeyPem))).rows).toBe(8);

      const range = { range: 'bytes=3-9' };
      const part = await download(finance, exportId, file.name, range);
      expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 3-9/${file.bytes}`]);
      expect(part.rawPayload.equals(rawPayload.subarray(3, 10))).toBe(true);
      const beyond = await download(finance, exportId, file.name, { range: `bytes=${file.bytes}-` });
      expect([beyond.statusCode, beyond.json().code]).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
      expect(beyond.headers['content-range']).toBe(`bytes */${file.bytes}`);
      const other = await download(finance, exportId, file.name, { ...range, 'if-range': '"other"' });
      expect([other.statusCode, other.rawPayload.byteLength]).toEqual([200, file.bytes]);
      const known = await download(finance, exportId, file.name, { 'if-none-match': `"${file.sha256}"` });
      expect([known.statusCode, known.rawPayload.byteLength]).toEqual([304, 0]);
      const looks = (await api.log.read<LogRead>(logReadsStream(finance.userId))).events;
      const names = ['manifest.json', ...Array.from({ length: 5 }, () => file.name)];
      expect(looks.slice(-6).map(({ data: { what, subject } }) => `${what} ${subject}`)).toEqual(
        names.map((name) => `EXPORT_FILE ${exportId}/${name}`),
      );
    }
  });

  it('[BIL-14] [OPS-02] [SEC-15] give nothing to whom may not, nothing that the manifest does not name, and nothing else than what was signed', async () => {
    const exportId = await written('csv');
    const codeOf = async (who: Operator, name: string) => (await download(who, exportId, name)).json().code;
    expect(await codeOf(await operator(api, admin, 'ENGINEER'), 'manifest.json')).toBe('ROLE_MISSING');
    expect((await download(finance, randomUUID(), 'manifest.json')).json().code).toBe('EXPORT_NOT_FOUND');
    await writeFile(join(exportFolder(folder, exportId), 'other.csv'), 'not exported');
    for (const name of ['other.csv', '..%2F..%2F..%2Fsecrets', '..%2Fmanifest.json', '.', '%2Fetc%2Fpasswd'])
      expect([name, await codeOf(finance, name)]).toEqual([name, 'EXPORT_FILE_NOT_FOUND']);

    const { files } = (await download(finance, exportId, 'manifest.json')).json();
    const path = join(exportFolder(folder, exportId), files[0].name);
    await appendFile(path, 'a line more');
    expect(await codeOf(finance, files[0].name)).toBe('EXPORT_FILES_MISSING');
    await rm(path);
    expect(await codeOf(finance, files[0].name)).toBe('EXPORT_FILES_MISSING');
    const another = await written('jsonl');
    await rm(exportFolder(folder, exportId), { recursive: true });
    await rename(exportFolder(folder, another), exportFolder(folder, exportId));
    expect(await codeOf(finance, 'manifest.json')).toBe('EXPORT_FILES_MISSING');
    expect((await download(finance, another, 'manifest.json')).statusCode).toBe(409);
  });

  it('[BIL-14] end with the reason where they cannot be written', async () => {
    await api.pool.query('update read.ledger_postings set amount = amount * 2');
    const { body } = await ask(finance, { period: '2026-10', format: 'csv' });
    expect(await ended(body['export_id'])).toMatchObject({
      status: 'FAILED',
      folder: null,
      failure: { code: 'EXPORT_DIFFERS' },
    });
    const { statusCode, body: text } = await download(finance, String(body['export_id']), 'manifest.json');
    expect([statusCode, JSON.parse(text)]).toEqual([
      409,
      expect.objectContaining({ code: 'EXPORT_NOT_COMPLETED' }),
    ]);
  });

  it('[BIL-16] [OPS-02] are restated with a reason, once a key, and tell what was given out', async () => {
    const restate = (period: string, reason: string, key: string) =>
      api.call(finance, 'POST', `/admin/finance/periods/${period}/restatements`, {
        body: { reason },
        headers: { 'idempotency-key': key },
      });
    expect((await restate('2026-10', ' ', 'a')).body['code']).toBe('VALIDATION_FAILED');
    expect((await restate('2026-09', 'late', 'b')).body['code']).toBe('PERIOD_OPEN');
    for (let times = 0; times < 2; times += 1)
      expect(await restate('2026-10', 'ticket 12', 'c')).toMatchObject({ status: 201, body: { version: 2 } });
    expect(await actorsOf('PeriodRestated')).toEqual([{ type: 'admin', id: finance.userId }]);
    const { body } = await api.call(finance, 'GET', '/admin/finance/periods');
    expect(body).toMatchObject({
      versions: [
        { period: '2026-10', version: 1, reason: null },
        { period: '2026-10', version: 2, reason: 'ticket 12' },
      ],
    });
    expect(body['exports']).toContainEqual(
      expect.objectContaining({ period: '2026-10', version: 1, format: 'csv', rows: 8 }),
    );
  });
});
