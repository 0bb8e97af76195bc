import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emlFolder } from '../../mail/eml-folder.ts';
import { keptMailsOf } from '../kept-outside.ts';
import { smtpOf } from '../mail-config.ts';
import { registerMailCommand } from './mail-commands.ts';

let dataFolder: string;
let said: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'iama-mails-'));
  said = '';
  vi.stubEnv('IAMA_DATA_DIR', dataFolder);
  vi.stubEnv('IAMA_SMTP_URL', undefined);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(dataFolder, { recursive: true });
});

const iama = async (...args: readonly string[]): Promise<string> => {
  said = '';
  const program = new Command();
  registerMailCommand(program);
  await program.parseAsync(['mails', ...args], { from: 'user' });
  return said;
};

describe('iama mails', () => {
  it('[OPS-09] tells the mails of the data folder, and one of them with its text', async () => {
    expect(await iama()).toBe('No mails.\n');
    const mail = { to: 'ada@example.org', subject: 'Reset', text: 'Your code is 123.' };
    await emlFolder(join(dataFolder, 'mail')).send(mail);
    const { mails, next_before } = JSON.parse(await iama('--json'));
    const { text, ...head } = mail;
    expect([mails, next_before]).toEqual([[expect.objectContaining(head)], null]);
    const { mail_id: id } = mails[0];
    expect(await iama()).toMatch(new RegExp(`${id} .* ada@example\\.org  Reset\n$`));
    expect(await iama('--before', id)).toBe('No mails.\n');
    expect(await iama(id)).toMatch(
      /^To: ada@example\.org\nSubject: Reset\nDate: .*\n\nYour code is 123\.\n$/,
    );
    expect(JSON.parse(await iama(id, '--json'))).toEqual({ ...mails[0], text });
  });

  it('[OPS-09] has none where a mail server takes them', () => {
    const { smtp } = smtpOf({
      IAMA_SMTP_URL: 'smtps://mail.example.org',
      IAMA_MAIL_FROM: 'iama@example.org',
    });
    expect(smtp).not.toBeNull();
    expect(keptMailsOf({ dataFolder, smtp })).toBeNull();
  });
});
