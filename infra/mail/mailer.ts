/** One mail in plain text. `to` is an address. */
export type Mail = Readonly<{ to: string; subject: string; text: string }>;

/** Hands a mail on; resolves when it will not be lost any more. */
export type Mailer = Readonly<{ send(mail: Mail): Promise<void> }>;
