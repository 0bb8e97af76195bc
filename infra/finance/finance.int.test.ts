import { hash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import { credits } from '../../domain/billing/credits.ts';
import type { PeriodCommand } from '../../domain/billing/periods.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { EXPORT_COLUMNS } from './export-rows.ts';
import { type Manifest, type ManifestStatement, manifestSha256, signManifest } from './manifest.ts';
import { charge, correct, onAccount, onPlus } from './testing/accounts.ts';
import { type Books, openBooks } from './testing/books.ts';
import { verifyExport } from './verify-export.ts';

const NOVEMBER = '2026-11-20T10:00:00.000Z';
const DECEMBER = '2026-12-20T10:00:00.000Z';

describe('the books', () => {
  let world: World;
  let ours: Books;
  const place = (name: string): string => ours.place(name);

  const given = (...commands: readonly AccountCommand[]): Promise<void> => onAccount(world, ...commands);
  const books = async (command: PeriodCommand): Promise<void> => {
    await ours.change(command);
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  };
  const close = (period: string): Promise<void> =>
    books({ type: 'ClosePeriod', data: { period, at: '2027-06-01T00:00:00.000Z' } });
  const written = (...order: Parameters<Books['write']>): Promise<Manifest> => ours.write(...order);
  const rowsOf = async (name: string, { files }: Manifest): Promise<Record<string, string>[]> => {
    const text = await readFile(join(place(name), files[0]?.name ?? ''), 'utf8');
    const [header = '', ...lines] = text.trimEnd().split('\n');
    expect(header).toBe(EXPORT_COLUMNS.join(','));
    return lines.map((line) =>
      Object.fromEntries(line.split(',').map((value, n) => [EXPORT_COLUMNS[n] ?? '', value])),
    );
  };
  const closing = ({ accounts }: Manifest, name: string): string | undefined =>
    accounts.find(({ account: found }) => found === name)?.closing;

  beforeAll(async () => {
    world = await createWorld();
    ours = await openBooks(world);
    await world.run({ projections: [ledgerPostings] });
    await given(onPlus('u1', NOVEMBER), ...charge('u1', 'j1', credits(4), NOVEMBER));
  });
  afterAll(async () => {
    await world.close();
    await ours.remove();
  });

  it('[BIL-14] nothing is given out of a month that is open, or in a version that was never made', async () => {
    await expect(written('2026-11', 'none')).rejects.toMatchObject({ code: 'PERIOD_OPEN' });
    await expect(
      books({ type: 'ClosePeriod', data: { period: '2026-11', at: NOVEMBER } }),
    ).rejects.toMatchObject({ code: 'PERIOD_NOT_ENDED' });
    await given(onPlus('u2', DECEMBER));
    await close('2026-11');
    await expect(written('2026-11', 'none', { version: 2 })).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
    });
  });

  it('[BIL-14] [SEC-12] a closed month is the same bytes each time, and verifies with its folder and the public key', async () => {
    const first = await written('2026-11', 'november');
    const rows = await rowsOf('november', first);
    expect(rows).toHaveLength(8);
    const services = rows.map(({ kind, service_period }) => `${kind} ${service_period}`);
    expect([...new Set(services)]).toEqual([
      'CreditsGranted 2026-11-20--2026-12-01',
      'HoldTaken 2026-11',
      'HoldPosted 2026-11',
      'HoldReleased 2026-11',
    ]);
    expect(closing(first, 'sink.consumed')).toBe(String(credits(4)));
    expect(closing(first, 'customer.available')).toBe(String(credits(1_496)));
    expect(first.tree_head.tree_size).toBeGreaterThanOrEqual(first.before_position);
    await given(onPlus('u3', NOVEMBER));
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
    await written('2026-11', 'again');
    for (const name of await readdir(place('november')))
      expect(await readFile(join(place('again'), name))).toEqual(
        await readFile(join(place('november'), name)),
      );
    expect(await verifyExport(place('november'), ours.keys)).toEqual(first);
    const lines = await written('2026-11', 'lines', { format: 'jsonl' });
    expect(await verifyExport(place('lines'), ours.keys)).toMatchObject({
      accounts: lines.accounts,
      format: 'jsonl',
    });
    const columns = await written('2026-11', 'columns', { format: 'parquet' });
    expect(await verifyExport(place('columns'), ours.keys)).toEqual(columns);
    expect([columns.rows, columns.accounts]).toEqual([first.rows, first.accounts]);
    const [file] = columns.files;
    const path = join(place('columns'), file?.name ?? '');
    const bytes = await readFile(path);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(verifyExport(place('columns'), ours.keys)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('[BIL-16] what comes late is in the month that is open then, with its own date', async () => {
    const next = correct('u1', 'j1', credits(1), DECEMBER, 'of the next month');
    await given(correct('u1', 'j1', credits(1), NOVEMBER), next);
    await close('2026-12');
    const december = await written('2026-12', 'december');
    const rows = await rowsOf('december', december);
    const late = rows.filter(({ effective_at = '' }) => effective_at.startsWith('2026-11'));
    expect(late.map(({ kind, account: name }) => `${kind} ${name}`)).toEqual([
      'CreditsGranted source.granted',
      'CreditsGranted customer.available',
      'ChargeReversed sink.consumed',
      'ChargeReversed customer.available',
    ]);
    const november = await rowsOf('november', await verifyExport(place('november'), ours.keys));
    const posted = november.find(({ kind }) => kind === 'HoldPosted');
    expect(late.at(-1)).toMatchObject({ effective_at: '2026-11-20T10:00:00.000000Z' });
    expect(late.at(-1)?.['corrects_entry_id']).toBe(posted?.['entry_id']);
    const corrected = rows.findLast(({ kind }) => kind === 'ChargeReversed');
    expect(corrected).toMatchObject({
      effective_at: '2026-12-20T10:00:00.000000Z',
      service_period: '2026-11',
    });
    await verifyExport(place('december'), ours.keys, { previous: place('november') });
    await expect(
      verifyExport(place('december'), ours.keys, { previous: place('december') }),
    ).rejects.toMatchObject({ code: 'CHAIN_BROKEN' });
  });

  it('[BIL-16] a restatement is a new version that names what it replaces', async () => {
    const restate = { period: '2026-11', reason: 'a late correction', at: DECEMBER };
    await books({ type: 'RestatePeriod', data: restate });
    const restated = await written('2026-11', 'restated');
    expect(restated).toMatchObject({ version: 2, basis: 'EFFECTIVE', replaces: { version: 1 } });
    expect(closing(restated, 'sink.consumed')).toBe(String(credits(3)));
    await verifyExport(place('restated'), ours.keys);
    expect((await written('2026-11', 'old', { version: 1 })).files).toEqual(
      (await verifyExport(place('november'), ours.keys)).files,
    );
  });

  it('[BIL-14] [SEC-12] what was given out is the same bytes and the same signature after a change of keys', async () => {
    const other = headSigner(newHeadKeyPem());
    const tree = openLogTree(world.pool, { signer: other, origin: 'iama-test', now: () => new Date() });
    await tree.publish();
    const by = { ...ours.parts, tree, signer: other };
    const again = [
      ['november', '2026-11', { version: 1 }],
      ['restated', '2026-11', { version: 2 }],
      ['december', '2026-12', {}],
      ['lines', '2026-11', { version: 1, format: 'jsonl' }],
    ] as const;
    for (const [name, period, of] of again) {
      await written(period, `${name}-again`, { ...of, by });
      const all = await readdir(place(name));
      expect(all).toHaveLength(2);
      for (const file of all)
        expect(await readFile(join(place(`${name}-again`), file)), `${name} ${file}`).toEqual(
          await readFile(join(place(name), file)),
        );
      await verifyExport(place(`${name}-again`), ours.keys);
    }
  });

  it('[BIL-14] every change of what was given out is found', async () => {
    const manifest = await verifyExport(place('november'), ours.keys);
    const file = manifest.files[0]?.name ?? '';
    const text = await readFile(join(place('november'), file), 'utf8');
    const said = await readFile(join(place('november'), 'manifest.json'), 'utf8');
    const refused = async (code: string, rows: string, words: string, trusted = ours.keys): Promise<void> => {
      await writeFile(join(place('again'), file), rows);
      await writeFile(join(place('again'), 'manifest.json'), words);
      await expect(verifyExport(place('again'), trusted), code).rejects.toMatchObject({ code });
    };
    const lines = text.trimEnd().split('\n');
    await refused('FILE_CHANGED', text.replace('4000000', '4000001'), said);
    await refused('FILE_CHANGED', text.slice(0, -1), said);
    await refused('FILE_CHANGED', `${lines.slice(0, -2).join('\n')}\n`, said);
    await refused('FILE_CHANGED', text.replace('entry_id', 'entry_no'), said);
    await refused('FILE_CHANGED', `${text}x`.repeat(2_000).replaceAll('\n', ' '), said);
    await refused('MANIFEST_FORGED', text, said.replace('"rows": 8', '"rows": 9'));
    await refused('MANIFEST_FORGED', text, said.replace(/"closing": "\d/, '"closing": "9'));
    await refused('MANIFEST_UNREADABLE', text, said.slice(1));
    await refused('MANIFEST_UNREADABLE', text, said.replace('ledger-', '../ledger-'));
    const stranger = headKeys(headSigner(newHeadKeyPem()).publicKeyPem);
    await refused('EXPORT_KEY_UNKNOWN', text, said, stranger);
    await rm(join(place('again'), file));
    await expect(verifyExport(place('again'), ours.keys)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(verifyExport(place('nowhere'), ours.keys)).rejects.toMatchObject({
      code: 'MANIFEST_UNREADABLE',
      message: expect.stringMatching(/^There is no .*nowhere/),
    });
  });

  it('[BIL-14] what is signed and does not agree with itself is found, too', async () => {
    const { key_id: _key, signature: _by, ...said } = await verifyExport(place('november'), ours.keys);
    const [file] = said.files;
    const text = await readFile(join(place('november'), file?.name ?? ''), 'utf8');
    await mkdir(place('signed'));
    const verified = async (change: Partial<ManifestStatement>, rows = text): Promise<unknown> => {
      const name = file?.name ?? '';
      const files = [{ name, bytes: Buffer.byteLength(rows), sha256: hash('sha256', rows) }];
      const manifest = signManifest({ ...said, files, ...change }, ours.signer);
      await writeFile(join(place('signed'), name), rows);
      await writeFile(join(place('signed'), 'manifest.json'), JSON.stringify(manifest));
      return verifyExport(place('signed'), ours.keys).then(
        () => 'VERIFIED',
        ({ code }: { code: unknown }) => code,
      );
    };
    expect(await verified({})).toBe('VERIFIED');
    const raised = <Sum extends { credit: string }>(sums: readonly Sum[]): Sum[] =>
      sums.map((sum, n) => (n === 0 ? { ...sum, credit: `${sum.credit}0` } : sum));
    for (const change of [
      { rows: said.rows + 1 },
      { first_position: (said.first_position ?? 0) + 1 },
      { accounts: raised(said.accounts) },
      { accounts: said.accounts.slice(1) },
      { currencies: raised(said.currencies) },
      { before_position: said.last_position ?? 0 },
    ])
      expect([change, await verified(change)]).toEqual([change, 'TOTALS_CONTRADICTED']);
    const [header = '', ...lines] = text.trimEnd().split('\n');
    const inLines = (rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
    expect(await verified({}, inLines(lines.slice(1)))).toBe('ENTRY_UNBALANCED');
    expect(await verified({}, inLines(lines.slice(2)))).toBe('TOTALS_CONTRADICTED');
    expect(await verified({}, inLines([...lines.slice(2), ...lines.slice(0, 2)]))).toBe('ROWS_OUT_OF_ORDER');
    expect(await verified({}, inLines([...lines, 'a row']))).toBe('ROW_UNREADABLE');
    const { tree_head: head } = said;
    expect(await verified({ before_position: head.tree_size + 1 })).toBe('MANIFEST_FORGED');
    expect(await verified({ tree_head: { ...head, root_hash: '0'.repeat(64) } })).toBe('TREE_HEAD_FORGED');
  });

  it('[BIL-14] a month that begins elsewhere than the one before ends is found, though it names that one', async () => {
    const { key_id: _key, signature: _by, ...november } = await verifyExport(place('november'), ours.keys);
    const { key_id: _also, signature: _his, ...december } = await verifyExport(place('december'), ours.keys);
    await cp(place('december'), place('chained'), { recursive: true });
    await mkdir(place('elsewhere'));
    const follows = async (closing: (amount: string) => string): Promise<Manifest> => {
      const accounts = november.accounts.map((each) => ({ ...each, closing: closing(each.closing) }));
      const before = signManifest({ ...november, accounts }, ours.signer);
      const previous = { period: '2026-11', manifest_sha256: manifestSha256(before) };
      for (const [name, manifest] of [
        ['elsewhere', before],
        ['chained', signManifest({ ...december, previous }, ours.signer)],
      ] as const)
        await writeFile(join(place(name), 'manifest.json'), JSON.stringify(manifest));
      return verifyExport(place('chained'), ours.keys, { previous: place('elsewhere') });
    };
    expect(await follows((amount) => amount)).toMatchObject({ period: '2026-12' });
    await expect(follows((amount) => `${amount}0`)).rejects.toMatchObject({ code: 'CHAIN_BROKEN' });
  });

  it('[BIL-14] a ledger that was changed behind the log is refused under the name of what was given out', async () => {
    await world.pool.query("update read.ledger_postings set amount = amount * 2 where job_id = 'j1'");
    await expect(written('2026-11', 'changed', { version: 1 })).rejects.toMatchObject({
      code: 'EXPORT_DIFFERS',
    });
    expect(await readdir(place('changed'))).toEqual([]);
    await world.pool.query("update read.ledger_postings set amount = amount / 2 where job_id = 'j1'");
    await written('2026-11', 'changed', { version: 1 });
  });

  it('[BIL-14] waits for a ledger that has not taken in the period', async () => {
    await world.pool.query(
      `insert into runtime.dead_letters
        (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ($1, 0, 'l', 1, 'HoldPosted', 's', 'parked', 3, 'planted')`,
      [projectionSubscriptionId(ledgerPostings)],
    );
    await expect(written('2026-12', 'gap')).rejects.toMatchObject({ code: 'LEDGER_INCOMPLETE' });
  });
});
