import type { Positioned } from '../../../domain/kernel/message.ts';
import { accountMessagesOf } from '../../../read-api/billing/account-messages.ts';
import { budgetedJobOf, budgetMessagesOf } from '../../../read-api/billing/budget-messages.ts';
import { jobOf, messagesOf } from '../../../read-api/refactoring/job-messages.ts';

/** Everything a client is told of one event, ready to be written; made once, whoever listens. */
export type Frame = Readonly<{ position: bigint; bytes: Buffer }>;

const message = (name: string, data: unknown, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** The job that an event is told of, by its own streams or by that of its budget; null: none. */
export const toldJobOf = (event: Positioned): string | null => jobOf(event) ?? budgetedJobOf(event);

/**
 * null: nothing to tell. Only the last message of an event carries its position as `id:`, so that a connection cut in
 * between resumes before the event, not in the middle of it.
 */
export const frameOf = (event: Positioned): Frame | null => {
  const messages = [...messagesOf(event), ...budgetMessagesOf(event), ...accountMessagesOf(event)];
  if (messages.length === 0) return null;
  const position = event.metadata.globalPosition;
  const text = messages
    .map(({ name, data }, index) =>
      index === messages.length - 1 ? message(name, data, position.toString()) : message(name, data),
    )
    .join('');
  return { position, bytes: Buffer.from(text) };
};

/** Says why the stream ends and from where to go on; the client reconnects with `Last-Event-ID`. */
export const errorText = (code: string, resumeAfter: bigint): string =>
  message('error', { code, resumable: true, resume_after: resumeAfter.toString() });

export const HEARTBEAT_TEXT = ': heartbeat\n\n';
