import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Actor, Command, MessageContext } from '../../domain/kernel/message.ts';

/** What the events of a command carry about the request that sent it (ES-04). */
export const contextOf = (request: FastifyRequest, actor: Actor, command: Command): MessageContext => {
  const commandId = randomUUID();
  const jobId = command.data['jobId'];
  return {
    commandId,
    correlationId: typeof jobId === 'string' ? jobId : commandId,
    causationId: commandId,
    actor,
    requestId: request.id,
  };
};
