import { randomUUID } from 'node:crypto';
import type { Mail } from './mailer.ts';

/** Mails as text, in the one form that we write (RFC 5322). */

const LINE = 76;
const END_OF_HEAD = '\r\n\r\n';

/** RFC 2047: whatever stands in it, it is one header line. */
const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;
const ENCODED_WORD = /^=\?UTF-8\?B\?([A-Za-z0-9+/]*={0,2})\?=$/;

const BREAKS = /[\r\n]/;

/** The text in base64, so that no line of it is taken for something else. */
export const asEml = ({ to, subject, text }: Mail, at: Date): string => {
  if (BREAKS.test(to)) throw new Error('an address has one line');
  const body = Buffer.from(text, 'utf8').toString('base64');
  return [
    'From: IAMA <iama@localhost>',
    `To: ${to}`,
    `Subject: ${encodedWord(subject)}`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@iama.invalid>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []),
    '',
  ].join('\r\n');
};

const field = (head: string, name: string): string | undefined =>
  head
    .split('\r\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

/** To whom and about what, from the beginning of a mail; null: it does not begin as ours do, or its head is not whole. */
export const headOf = (source: string): Readonly<{ to: string; subject: string }> | null => {
  const end = source.indexOf(END_OF_HEAD);
  if (end === -1) return null;
  const head = source.slice(0, end);
  const to = field(head, 'To');
  const word = ENCODED_WORD.exec(field(head, 'Subject') ?? '')?.[1];
  if (to === undefined || word === undefined) return null;
  return { to, subject: Buffer.from(word, 'base64').toString('utf8') };
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The whole of it; null: it is none of ours, or not as it was written. */
export const readEml = (source: string): Mail | null => {
  const head = headOf(source);
  if (head === null) return null;
  const body = source.slice(source.indexOf(END_OF_HEAD) + END_OF_HEAD.length).replaceAll('\r\n', '');
  return BASE64.test(body) ? { ...head, text: Buffer.from(body, 'base64').toString('utf8') } : null;
};
