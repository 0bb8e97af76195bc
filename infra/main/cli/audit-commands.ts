import type { Command } from 'commander';
import type { LogReader } from '../../../domain/kernel/event-store.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import {
  type AuditedEvent,
  type EventFilter,
  type Moment,
  searchedFor,
} from '../../../read-api/kernel/audit.ts';
import { jobStory } from '../../operations/audit/job-story.ts';
import { replay } from '../../operations/audit/replay.ts';
import { searchLog } from '../../operations/audit/search-log.ts';
import { streamAt, streamSteps } from '../../operations/audit/stream-steps.ts';
import { whatIf } from '../../operations/audit/what-if/what-if.ts';
import { clientConfig } from '../../postgres/pool.ts';
import { eventsTable, stepsTable, stepText } from './audit-tables.ts';
import { count } from './count.ts';
import { wholeJobId } from './job-id.ts';
import { look } from './look.ts';
import { withLog } from './open.ts';
import { replayJson, replayTable } from './replay.ts';
import { fail, print, run } from './running.ts';
import { storyTable } from './story-table.ts';
import { whatIfAll, whatIfText } from './what-if.ts';

/** A number is a position of the log; anything else must be a time. Throws `Rejection` MOMENT_REQUIRED. */
export const momentOf = (text: string): Moment => {
  if (/^\d{1,15}$/.test(text)) return { position: BigInt(text) };
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(Date.parse(text)))
    throw new Rejection('MOMENT_REQUIRED', `${text} is neither a position of the log nor a time.`);
  return { time: new Date(text).toISOString() };
};

/** Page after page to the beginning of the log, until there are `limit`. */
export const searchAll = async (
  log: Pick<LogReader, 'readLog' | 'readTypes' | 'head'>,
  filter: EventFilter,
  limit: number,
): Promise<readonly AuditedEvent[]> => {
  const found: AuditedEvent[] = [];
  for (let before: bigint | null = null; ; ) {
    const page = await searchLog(log, filter, { before, limit: limit - found.length });
    found.push(...page.events);
    if (page.next_before === null || found.length >= limit) return found;
    before = BigInt(page.next_before);
  }
};

type StreamOptions = Readonly<{ after: number; limit: number; states?: boolean; json?: boolean }>;
type SearchOptions = EventFilter & Readonly<{ limit: number; json?: boolean }>;

const streamOf = (name: string | undefined): string => {
  if (name === undefined) throw new Rejection('STREAM_REQUIRED', 'Name a stream, or ask for --all of them.');
  return name;
};

const version = (text: string): number => (text === '0' ? 0 : count(text));

/** `iama audit stream|at|what-if|search|job` and `iama replay` (OPS-06). */
export const registerAuditCommands = (program: Command, audit: Command): void => {
  audit
    .command('stream <name>')
    .description('the events of a stream, with its state after each')
    .option('--after <version>', 'only later ones', version, 0)
    .option('--limit <n>', 'at most so many', count, 100)
    .option('--states', 'show the states too')
    .option('--json', 'one JSON object')
    .action((name: string, { json, states, after, limit }: StreamOptions) =>
      run(json, () =>
        withLog(async ({ log, shown }) => {
          const found = await streamSteps(shown, name, { after: BigInt(after), limit });
          await look({ log }, 'STREAM', name);
          print(json === true ? JSON.stringify(found) : stepsTable(found, states === true));
        }),
      ),
    );
  audit
    .command('at <stream> <moment>')
    .description('a stream as it was at a position of the log, or at a time such as 2026-11-21T10:00:00Z')
    .option('--json', 'one JSON object; null: there was no event yet')
    .action((name: string, moment: string, { json }: { json?: boolean }) =>
      run(json, () =>
        withLog(async ({ log, shown }) => {
          const step = await streamAt(shown, name, momentOf(moment));
          await look({ log }, 'MOMENT', name);
          print(json === true ? JSON.stringify(step) : stepText(step));
        }),
      ),
    );
  audit
    .command('what-if [stream]')
    .description('decide a stream again by the rules of today, and show where decisions differ')
    .option('--all', 'every stream of the log that rules decide')
    .option('--json', 'one JSON array')
    .action((name: string | undefined, { json, all }: { json?: boolean; all?: boolean }) =>
      run(json, () =>
        withLog(async ({ log }) => {
          const answers = all === true ? await whatIfAll(log) : [await whatIf(log, streamOf(name))];
          await look({ log }, 'WHAT_IF', all === true ? 'log' : streamOf(name));
          print(json === true ? JSON.stringify(answers) : whatIfText(answers));
          if (answers.some(({ different }) => different > 0)) fail();
        }),
      ),
    );
  audit
    .command('search')
    .description('events by who caused them, their type, or what they belong to, newest first')
    .option('--actor <actor>', 'an id, a kind (user, admin, system), or both as admin:ID')
    .option('--type <type>', 'of the event')
    .option('--correlation <id>', 'of the request, or of the job')
    .option('--stream <name>', 'of one stream')
    .option('--limit <n>', 'at most so many', count, 100)
    .option('--json', 'one JSON array')
    .action(({ json, limit, ...filter }: SearchOptions) =>
      run(json, () =>
        withLog(async ({ log, shown }) => {
          const found = await searchAll(shown, filter, limit);
          await look({ log }, 'SEARCH', searchedFor(filter));
          print(json === true ? JSON.stringify(found) : eventsTable(found));
        }),
      ),
    );
  audit
    .command('job <id>')
    .description('print the whole story of a job from its events')
    .option('--json', 'one JSON object')
    .option('--lines', 'log lines and heartbeats too')
    .action((id: string, { json, lines }: { json?: boolean; lines?: boolean }) =>
      run(json, () =>
        withLog(async ({ log, shown, pool }) => {
          const jobId = await wholeJobId(pool, id);
          const story = await jobStory(shown, jobId, { withLines: lines === true });
          await look({ log }, 'JOB', jobId);
          print(json === true ? JSON.stringify(story) : storyTable(story));
        }),
      ),
    );
  program
    .command('replay <projection>')
    .description('rebuild a read table ("all": every one) beside the live one and compare every row')
    .option('--diff', 'show rows that differ')
    .option('--json', 'one JSON array')
    .action((name: string, { json, diff }: { json?: boolean; diff?: boolean }) =>
      run(json, () =>
        withLog(async ({ log, connectionString }) => {
          const client = clientConfig({ connectionString, statementTimeoutMs: 0 });
          const results = await replay(name, { log, client });
          await look({ log }, 'REPLAY', name);
          print(json === true ? replayJson(results) : replayTable(results, diff === true));
          if (results.some(({ differingRows }) => differingRows > 0)) fail();
        }),
      ),
    );
};
