import { randomUUID } from 'node:crypto';
import type { ClientConfig, Pool } from 'pg';
import { execute } from '../../../commands/kernel/execute.ts';
import { recordLogRead } from '../../../commands/operations/log-read.ts';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import type { PersonalTexts } from '../../../domain/kernel/personal.ts';
import type { AuditTrail } from '../../../read-api/kernel/audit.ts';
import { openedLog } from '../../erasure/opened-log.ts';
import { oneAtATime } from '../../runtime/one-at-a-time.ts';
import { jobStory } from './job-story.ts';
import { replay, replayAnswer } from './replay.ts';
import { searchLog } from './search-log.ts';
import { streamAt, streamSteps } from './stream-steps.ts';
import { verifyStored } from './verify.ts';
import { whatIf } from './what-if/what-if.ts';

/** Looking into the log for operators. `direct`: past PgBouncer, for a replay, which keeps a session for long. */
export const auditTrail = (
  log: EventLog,
  texts: PersonalTexts,
  pool: Pool,
  direct: ClientConfig,
): AuditTrail => {
  const shown = openedLog(log, texts);
  const alone = oneAtATime('AUDIT_RUNNING', 'The whole log is being read here. Try again later.');
  return {
    async record(read) {
      const commandId = randomUUID();
      const context = {
        commandId,
        correlationId: commandId,
        causationId: commandId,
        actor: { type: 'admin', id: read.by } as const,
      };
      const data = { ...read, at: new Date().toISOString() };
      await execute(recordLogRead, { type: 'RecordLogRead', data }, log, {}, { context });
    },
    stream: (name, page) => streamSteps(shown, name, page),
    at: (name, moment) => streamAt(shown, name, moment),
    whatIf: (name) => whatIf(log, name),
    search: (filter, page) => searchLog(shown, filter, page),
    job: (jobId, options) => jobStory(shown, jobId, options),
    replay: (projection) =>
      alone(async () => (await replay(projection, { log, client: direct })).map(replayAnswer)),
    verify: () => alone(() => verifyStored(pool)),
  };
};
