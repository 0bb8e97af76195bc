import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asEml } from './eml.ts';
import { emlFilesTo, emlFolder } from './eml-folder.ts';

describe('mails as files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-mail-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('[OPS-09] refuses an address that would write headers, and keeps a subject in one line', () => {
    const at = new Date('2026-11-21T10:00:00Z');
    const forged = { to: 'a@example.org\r\nBcc: b@example.org', subject: 's', text: 't' };
    expect(() => asEml(forged, at)).toThrow('one line');
    const eml = asEml({ to: 'a@example.org', subject: 'x\r\nBcc: b@example.org', text: 't' }, at);
    expect(eml).not.toContain('Bcc');
    expect(eml).toContain('Date: Sat, 21 Nov 2026 10:00:00 +0000');
  });

  it('[ES-13] finds the mails to an address, in whichever case, and no others', async () => {
    const place = join(folder, 'found');
    expect(await emlFilesTo(place, 'ada@example.org')).toEqual([]);
    const send = (to: string) => emlFolder(place).send({ to, subject: 's', text: 'To: ada@example.org' });
    for (const to of ['Ada@example.org', 'bob@example.org', 'ada@example.org.evil', 'ada@example.org'])
      await send(to);
    const found = await emlFilesTo(place, 'ada@example.org');
    const heads = await Promise.all(found.map((path) => readFile(path, 'utf8')));
    expect(heads.map((text) => /^To: (.*)\r$/m.exec(text)?.[1]).sort()).toEqual([
      'Ada@example.org',
      'ada@example.org',
    ]);
  });

  it('[OPS-09] writes one file a mail, for its owner only', async () => {
    const text = 'Grüße, '.repeat(40);
    await emlFolder(join(folder, 'mail')).send({ to: 'ada@example.org', subject: 'Hallo', text });
    const [name = '', ...more] = await readdir(join(folder, 'mail'));
    expect([name.endsWith('.eml'), more]).toEqual([true, []]);
    const path = join(folder, 'mail', name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const [head = '', body = ''] = (await readFile(path, 'utf8')).split('\r\n\r\n');
    expect(head).toContain('To: ada@example.org');
    expect(Buffer.from(body, 'base64').toString('utf8')).toBe(text);
    expect(Math.max(...body.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(76);
  });
});
