import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { CommandFile } from '../../../commands/kernel/command.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import type { Actor, Command, MessageContext } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { redacted } from '../../../domain/operations/redaction.ts';
import type { Reading } from './open.ts';

/** Whoever may open the database may decide; the log keeps the name of the account on this machine. */
export const operator = (): Actor => ({ type: 'admin', id: `cli:${userInfo().username}` });

/** Of a decision that is taken here. */
export const ownContext = (): MessageContext => {
  const id = randomUUID();
  return { commandId: id, correlationId: id, causationId: id, actor: operator() };
};

/** Throws `Rejection` REASON_REQUIRED for one of blanks. */
export const givenReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '') throw new Rejection('REASON_REQUIRED', 'say why with --reason: it is kept for ever');
  return reason;
};

/** The same of what concerns nobody in particular, without addresses and secrets. */
export const impersonalReason = (text: string): string => redacted(givenReason(text)).text;

/** Throws the rejections of the command. */
export const send = async <C extends Command, S>(
  { log }: Pick<Reading, 'log'>,
  file: CommandFile<C, S>,
  command: C,
  services: S,
): Promise<void> => {
  await execute(file, command, log, services, { context: ownContext() });
};
