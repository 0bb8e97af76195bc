import { Rejection } from '../../domain/kernel/rejection.ts';

/** When it was written, and some digits: in the order of ids, mails are in that of time. */
export const MAIL_ID = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{8}$/;

/** A mail that was written as a file. `to` and `subject` null: the file cannot be read. */
export type KeptMail = Readonly<{
  mailId: string;
  /** RFC 3339. */
  sentAt: string;
  to: string | null;
  subject: string | null;
}>;

export type WholeMail = KeptMail & Readonly<{ to: string; subject: string; text: string }>;

/** Mails of an installation without a mail server (OPS-09). */
export interface KeptMails {
  /** Newest first; `before`: only older ones than the mail with this id, whether or not it is still there. */
  list(
    page: Readonly<{ before: string | null; limit: number }>,
  ): Promise<Readonly<{ mails: readonly KeptMail[]; nextBefore: string | null }>>;
  /** Throws `Rejection` MAIL_NOT_FOUND, also for what is no id, or MAIL_UNREADABLE. */
  find(mailId: string): Promise<WholeMail>;
}

/** Throws `Rejection` MAILS_NOT_KEPT for null: a mail server takes them. */
export const requireMails = (mails: KeptMails | null): KeptMails => {
  if (mails === null)
    throw new Rejection('MAILS_NOT_KEPT', 'Mails go to a mail server here: none of them is kept.');
  return mails;
};
