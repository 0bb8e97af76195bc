import { deliverMails, type PostponedMails } from '../identity/mail-tokens.ts';
import type { Parts } from './parts.ts';

const EVERY_MS = 2_000;

/** Sends mails that wait, until it is stopped; what fails is tried again. Any number of processes may do it. */
export const startMailDelivery = ({
  mails,
  logger,
}: Pick<Parts, 'mails' | 'logger'>): Readonly<{ stop: () => Promise<void> }> => {
  const postponed: PostponedMails = new Map();
  const deliver = async (): Promise<void> => {
    try {
      for (const error of await deliverMails(mails, postponed))
        logger.warn(
          { err: error },
          error.isFinal ? 'a mail was refused and is given up' : 'a mail has to wait',
        );
    } catch (error) {
      logger.warn({ err: error }, 'a mail could not be sent, trying again');
    }
  };
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = deliver().finally(() => {
      isBusy = false;
    });
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
};
