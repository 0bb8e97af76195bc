import { copyFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headsFile } from '../../audit/head-folder.ts';
import { headSigner, newHeadKeyPem } from '../../audit/head-key.ts';
import { type AuditedLog, openAuditedLog } from '../../audit/testing/audited-log.ts';
import { createDataFolder, type DataFolder } from './testing/data-folder.ts';
import { type Ended, runIama } from './testing/run-iama.ts';

// Every call is a process that loads the whole program.
describe('iama audit, the tree', { timeout: 60_000 }, () => {
  let audited: AuditedLog;
  let data: DataFolder;
  const file = (name: string): string => data.file(name);
  beforeAll(async () => {
    audited = await openAuditedLog();
    await audited.append(300);
    data = await createDataFolder();
  });
  afterAll(async () => {
    await audited.close();
    await data.remove();
  });

  const looks = async (): Promise<string[]> => {
    const { rows } = await audited.subject.pool.query<{ what: string }>(
      "select data::jsonb->>'what' as what from events where stream like 'log-reads-%' order by seq",
    );
    return rows.map(({ what }) => what);
  };

  const unnumbered = async (): Promise<number> => {
    const { rows } = await audited.subject.pool.query<{ left: number }>(
      'select ((select count(*) from events) - (select count(*) from event_log))::integer as left',
    );
    return rows[0]?.left ?? Number.NaN;
  };

  /** Until the look that it may have recorded has its position: what follows counts by them. */
  const iama = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> => {
    const ended = await runIama(['audit', ...args], {
      IAMA_DATABASE_URL: audited.subject.database.appUrl,
      IAMA_DATA_DIR: data.folder,
      ...env,
    });
    await expect.poll(unnumbered).toBe(0);
    return ended;
  };

  it('[ES-07] without any head says that only the database vouches for itself', async () => {
    const { code, stdout } = await iama(['verify']);
    expect(stdout).toContain('no head at all');
    expect([code, stdout.trim().split('\n').at(-1)]).toEqual([0, 'Nothing was changed.']);
  });

  it('[ES-07] a machine without a key signs nothing', async () => {
    const ended = await iama(['head'], { IAMA_DATA_DIR: file('elsewhere') });
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('[TREE_KEY_MISSING]') });
  });

  it('[ES-07] signs now, proves, and checks offline what it proved', async () => {
    const signed = await iama(['head']);
    expect(JSON.parse(signed.stdout)).toMatchObject({ tree_size: 301 });
    await copyFile(headsFile(file('tree')), file('kept.jsonl'));
    const proof = await iama(['prove', '7', '300']);
    await writeFile(file('proof.json'), proof.stdout);
    const offline = { IAMA_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const checked = await iama(['check-proof', file('proof.json'), '--key', data.key], offline);
    expect(checked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Positions 7, 300 are in the log'),
    });

    await audited.append(50);
    await iama(['head']);
    const consistency = await iama(['consistency', '301']);
    await writeFile(file('consistency.json'), consistency.stdout);
    const args = ['check-proof', file('consistency.json'), '--key', data.key];
    const begins = await iama([...args, '--head', file('kept.jsonl')], offline);
    expect(begins).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('first 301 events are unchanged'),
    });
    const among = await iama([...args, '--head', headsFile(file('tree'))], offline);
    expect([among.code, among.stdout]).toEqual([0, begins.stdout]);
    expect(await iama(args, offline)).toMatchObject({ code: 3 });
  });

  it('[ES-07] refuses proofs that are changed, unreadable or signed by a stranger', async () => {
    const { stdout } = await iama(['prove', '7']);
    await writeFile(file('forged.json'), stdout.replace('"position":7', '"position":8'));
    const forged = await iama(['check-proof', file('forged.json'), '--key', data.key]);
    expect(forged).toMatchObject({ code: 3, stderr: expect.stringContaining('[PROOF_INVALID]') });
    const absent = await iama(['check-proof', file('absent.json'), '--key', data.key]);
    expect(absent).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/absent\.json cannot be read or written\. \[FILE_ENOENT\]/),
    });
    await writeFile(file('text.json'), 'no proof');
    const unreadable = await iama(['check-proof', file('text.json'), '--key', data.key]);
    expect(unreadable).toMatchObject({ code: 3, stderr: expect.stringContaining('[PROOF_UNREADABLE]') });
    await writeFile(file('stranger.pem'), headSigner(newHeadKeyPem()).publicKeyPem);
    await writeFile(file('good.json'), stdout);
    const stranger = await iama(['check-proof', file('good.json'), '--key', file('stranger.pem')]);
    expect(stranger).toMatchObject({ code: 3, stderr: expect.stringContaining('[TREE_KEY_UNKNOWN]') });
    const wrong = await iama(['verify', '--key', file('stranger.pem')]);
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('[TREE_KEY_UNKNOWN]') });
  });

  it('[ES-07] [OPS-02] names the first position that was changed, against a head kept elsewhere, and adds no look to such a log', async () => {
    const whole = await iama(['verify', '--json']);
    expect(JSON.parse(whole.stdout)).toMatchObject({
      intact: true,
      events: 351,
      covered: 351,
      leaves: 'USED',
    });
    await audited.owner.query(
      `UPDATE events SET type = 'Noticed' WHERE seq = (SELECT seq FROM event_log WHERE position = 123)`,
    );
    const before = await looks();
    expect(before.length).toBeGreaterThan(0);
    expect(new Set(before)).toEqual(new Set(['VERIFY']));
    const changed = await iama(['verify', '--head', file('kept.jsonl'), '--key', data.key]);
    expect(changed.stderr).toContain('not recorded: a log that was changed');
    expect(await looks()).toEqual(before);
    expect(changed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('CHANGED at position 123'),
    });
    const { code, stdout } = await iama(['verify', '--json']);
    expect([code, JSON.parse(stdout).finding]).toEqual([
      1,
      expect.objectContaining({ code: 'EVENT_CHANGED', position: 123, up_to: null }),
    ]);
  });

  it('[ES-07] finds a head that was rewritten in the database', async () => {
    await audited.owner.query(
      `UPDATE events SET type = 'Noted' WHERE seq = (SELECT seq FROM event_log WHERE position = 123)`,
    );
    await audited.owner.query('UPDATE tree_heads SET root_hash = sha256(root_hash) WHERE size = 301');
    const { code, stdout } = await iama(['verify', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        events: 352,
        finding: expect.objectContaining({ code: 'HEAD_ROW_CHANGED', position: null }),
      }),
    ]);
  });
});
