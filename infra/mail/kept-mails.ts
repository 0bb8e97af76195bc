import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type KeptMail, type KeptMails, MAIL_ID } from '../../read-api/kernel/mails.ts';
import { hasCode } from '../error-code.ts';
import { headOf, readEml } from './eml.ts';
import { namesIn } from './eml-folder.ts';

/** Far more than the head of a mail, and than all of one, takes. */
const HEAD_BYTES = 8 * 1024;
const MAX_BYTES = 256 * 1024;

/** Neither through a link to elsewhere, nor waiting for what writes into a pipe. */
const AS_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const UNREADABLE = ['EACCES', 'EPERM', 'ELOOP', 'EISDIR', 'EIO', 'ENXIO'] as const;

/** As `emlFolder` names files; null: it is no name of ours. */
const sentAtOf = (mailId: string): string | null => {
  if (!MAIL_ID.test(mailId)) return null;
  const at = `${mailId.slice(0, 13)}:${mailId.slice(14, 16)}:${mailId.slice(17, 24)}`;
  return Number.isNaN(Date.parse(at)) ? null : at;
};

type Beginning = Readonly<{ text: string; isWhole: boolean }>;

/** The first bytes of a file. `GONE`: there is none, any more. */
const beginningOf = async (path: string, bytes: number): Promise<Beginning | 'GONE' | 'UNREADABLE'> => {
  try {
    await using file = await open(path, AS_FILE);
    const stats = await file.stat();
    if (!stats.isFile()) return 'UNREADABLE';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(bytes, stats.size)), { position: 0 });
    return { text: buffer.toString('utf8', 0, bytesRead), isWhole: stats.size <= bytes };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'GONE';
    if (hasCode(error, ...UNREADABLE)) return 'UNREADABLE';
    throw error;
  }
};

const NOT_FOUND = 'There is no such mail.';

/** Mails that `emlFolder` wrote. What else lies in the folder is not told of. */
export const keptMails = (folder: string): KeptMails => {
  const pathOf = (mailId: string): string => join(folder, `${mailId}.eml`);
  /** null: erased meanwhile. */
  const listed = async (mailId: string, sentAt: string): Promise<KeptMail | null> => {
    const beginning = await beginningOf(pathOf(mailId), HEAD_BYTES);
    if (beginning === 'GONE') return null;
    const head = beginning === 'UNREADABLE' ? null : headOf(beginning.text);
    return { mailId, sentAt, ...(head ?? { to: null, subject: null }) };
  };
  return {
    async list({ before, limit }) {
      const ids = (await namesIn(folder))
        .filter((name) => name.endsWith('.eml'))
        .map((name) => name.slice(0, -'.eml'.length))
        .flatMap((mailId) => {
          const sentAt = sentAtOf(mailId);
          return sentAt === null || (before !== null && mailId >= before) ? [] : [{ mailId, sentAt }];
        })
        .sort((a, b) => (a.mailId < b.mailId ? 1 : -1));
      const page = ids.slice(0, limit);
      const mails: KeptMail[] = [];
      for (const { mailId, sentAt } of page) {
        const mail = await listed(mailId, sentAt);
        if (mail !== null) mails.push(mail);
      }
      return { mails, nextBefore: ids.length > limit ? (page.at(-1)?.mailId ?? null) : null };
    },
    async find(mailId) {
      const sentAt = sentAtOf(mailId);
      if (sentAt === null) throw new Rejection('MAIL_NOT_FOUND', NOT_FOUND);
      const beginning = await beginningOf(pathOf(mailId), MAX_BYTES);
      if (beginning === 'GONE') throw new Rejection('MAIL_NOT_FOUND', NOT_FOUND);
      const mail = beginning !== 'UNREADABLE' && beginning.isWhole ? readEml(beginning.text) : null;
      if (mail === null) throw new Rejection('MAIL_UNREADABLE', 'The file of this mail cannot be read.');
      return { mailId, sentAt, ...mail };
    },
  };
};
