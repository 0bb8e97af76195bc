import type { Event } from '../../../kernel/message.ts';

/**
 * One thing that can happen to a job; stream `job-<id>` (spec/40). Times are RFC 3339 in UTC and come in with the
 * command. `jobId` and `ownerId` are repeated where a reader of the global log needs them without the stream.
 */
export type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { jobId: string; at: string }
>;
