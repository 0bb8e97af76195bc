/** One mail in plain text. `to` is an address. */
export type Mail = Readonly<{ to: string; subject: string; text: string }>;

/** Hands a mail on; resolves when it will not be lost any more. Throws `MailNotTaken` where only this mail is at fault. */
export type Mailer = Readonly<{ send(mail: Mail): Promise<void> }>;

/** This mail was not taken, others may be. Its message names no address: it is logged. */
export class MailNotTaken extends Error {
  /** The same mail would be refused again. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.name = 'MailNotTaken';
    this.isFinal = isFinal;
  }
}
