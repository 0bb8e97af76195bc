import { type CommandServices, commandFiles } from '../../commands/index.ts';
import type { AnyCommandFile } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Command } from '../../domain/kernel/message.ts';
import type { CommandBus } from '../../domain/kernel/reactor.ts';
import { canonicalHash } from './canonical-hash.ts';

/** Key and body hash of a command: its own key where it has one, else the sender's (ES-03). */
export const idempotencyOf = (
  file: AnyCommandFile<CommandServices>,
  command: Command,
  sent: Readonly<{ key: string; bodyHash: string }> | undefined,
): { idempotency?: Readonly<{ key: string; bodyHash: string }> } => {
  if (file.naturalKey === undefined) return sent === undefined ? {} : { idempotency: sent };
  const { at: _at, ...body } = command.data;
  return { idempotency: { key: file.naturalKey(command), bodyHash: canonicalHash(body) } };
};

/** The way of process managers and reactors into the deciders: the same files, without HTTP. */
export const commandBus = (store: StreamStore, services: CommandServices): CommandBus => ({
  async dispatch(command, { context, idempotencyKey }) {
    const file = commandFiles.get(command.type);
    if (file === undefined) throw new Error(`no command ${command.type} in the manifest`);
    const sent = { key: idempotencyKey, bodyHash: canonicalHash(command) };
    await execute(file, command, store, services, { context, ...idempotencyOf(file, command, sent) });
  },
});
