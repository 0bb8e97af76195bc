import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asEml } from './eml.ts';
import { emlFolder } from './eml-folder.ts';
import { keptMails } from './kept-mails.ts';

const AT = new Date('2026-11-21T10:00:00.000Z');
const idOf = (second: number): string => `2026-11-21T10-00-0${second}.000Z-0123abcd`;

let folder: string;
const keep = (mailId: string, source: string): Promise<void> =>
  writeFile(join(folder, `${mailId}.eml`), source);
const subjectsOf = async (before: string | null, limit: number) => {
  const { mails, nextBefore } = await keptMails(folder).list({ before, limit });
  return [mails.map(({ subject }) => subject), nextBefore];
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-kept-'));
  for (const second of [1, 3, 2])
    await keep(idOf(second), asEml({ to: 'ada@example.org', subject: `Nr. ${second}`, text: 'Grüße' }, AT));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('mails that were written as files', () => {
  it('[OPS-09] are found by what is an id only: by no path, and by no name of something else', async () => {
    const inside = join(folder, 'inside');
    await mkdir(inside);
    for (const wrong of [
      `../${idOf(1)}`,
      `x/../../${idOf(1)}`,
      '',
      `${idOf(1)}.eml`,
      idOf(1).replace('-11-', '-99-'),
    ])
      await expect(keptMails(inside).find(wrong)).rejects.toMatchObject({ code: 'MAIL_NOT_FOUND' });
    await expect(keptMails(folder).find(idOf(9))).rejects.toMatchObject({ code: 'MAIL_NOT_FOUND' });
    await symlink(join(folder, `${idOf(1)}.eml`), join(inside, `${idOf(1)}.eml`));
    await expect(keptMails(inside).find(idOf(1))).rejects.toMatchObject({ code: 'MAIL_UNREADABLE' });
    await rm(inside, { recursive: true });
  });

  it('[OPS-09] are listed newest first in pages, without what else lies there, also where there is no folder', async () => {
    expect(await keptMails(join(folder, 'none')).list({ before: null, limit: 9 })).toEqual({
      mails: [],
      nextBefore: null,
    });
    for (const other of ['.hidden', idOf(4).replace('-11-', '-99-'), 'notes']) await keep(other, 'x');
    expect(await subjectsOf(null, 2)).toEqual([['Nr. 3', 'Nr. 2'], idOf(2)]);
    expect(await subjectsOf(idOf(2), 2)).toEqual([['Nr. 1'], null]);
    expect(await subjectsOf(idOf(1), 2)).toEqual([[], null]);
  });

  it('[OPS-09] are told with their text as it was sent', async () => {
    const place = join(folder, 'sent');
    const mail = { to: 'ada@example.org', subject: 'Grüße', text: 'Grüße, '.repeat(40) };
    await emlFolder(place).send(mail);
    const { mails } = await keptMails(place).list({ before: null, limit: 9 });
    const mailId = mails[0]?.mailId ?? '';
    const { text, ...listed } = mail;
    expect(mails).toEqual([{ mailId, sentAt: expect.stringMatching(/^\d{4}-.*:.*Z$/), ...listed }]);
    expect(await keptMails(place).find(mailId)).toEqual({ ...mails[0], text });
  });

  it('[OPS-09] are told as unreadable where they are too large, cut off or none of ours', async () => {
    const place = join(folder, 'broken');
    await mkdir(join(place, `${idOf(5)}.eml`), { recursive: true });
    const whole = asEml({ to: 'ada@example.org', subject: 's', text: 'x'.repeat(300) }, AT);
    const sources = [
      'From: someone\r\n\r\nelse',
      whole.slice(0, 90),
      whole.slice(0, -8),
      whole + 'A'.repeat(300_000),
    ];
    for (const [second, source] of sources.entries())
      await writeFile(join(place, `${idOf(second + 1)}.eml`), source);
    const { mails } = await keptMails(place).list({ before: null, limit: 9 });
    expect(mails.map(({ to }) => to)).toEqual([null, 'ada@example.org', 'ada@example.org', null, null]);
    for (const { mailId } of mails)
      await expect(keptMails(place).find(mailId)).rejects.toMatchObject({ code: 'MAIL_UNREADABLE' });
  });
});
