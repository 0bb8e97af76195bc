/** Mails to people of whom only the id is known; to one who has no address any more nothing is sent. */
export interface PersonMails {
  send(userId: string, mail: Readonly<{ subject: string; text: string }>): Promise<void>;
}
