import { accountStream } from '../../../domain/billing/account.ts';
import { budgetStream } from '../../../domain/billing/budget.ts';
import type { StreamStore } from '../../../domain/kernel/event-store.ts';
import { jobLogStream } from '../../../domain/refactoring/client/job-log.ts';
import { contextOf } from '../../event-store/contract/fixtures.ts';
import type { TestUser } from '../testing/api.ts';

export type Message = Readonly<{ id: string | null; event: string; data: Record<string, unknown> }>;

/** Log lines of a job, as its executor sends them. */
export const writeLines = async (
  log: StreamStore,
  jobId: string,
  lines: readonly string[],
): Promise<void> => {
  const events = lines.map((line) => ({
    type: 'LogLineWritten',
    data: { jobId, executionId: 'e', line, percent: null, at: '2026-11-21T00:00:00.000Z' },
  }));
  await log.append(
    [{ streamName: jobLogStream(jobId), events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
    { context: contextOf() },
  );
};

/** The alert that most of the credits of a month are used (BIL-10); gives what the person is told. */
export const raiseAlert = async (log: StreamStore, userId: string): Promise<Record<string, unknown>> => {
  const alert = { period: '2026-11', threshold: 80, used: 8, limit: 10, at: '2026-11-21T00:00:00.000Z' };
  const events = [{ type: 'QuotaAlertRaised', data: { userId, ...alert } }];
  await log.append(
    [{ streamName: accountStream(userId), events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
    { context: contextOf() },
  );
  return alert;
};

/** The warning that most of what a job may spend is used (BIL-08); gives what the person is told. */
export const warnOfBudget = async (
  log: StreamStore,
  jobId: string,
  userId: string,
): Promise<Record<string, unknown>> => {
  const told = { threshold: 75, spent: 8, limit: 10, at: '2026-11-21T00:00:00.000Z' };
  const events = [{ type: 'BudgetWarned', data: { jobId, userId, ...told } }];
  await log.append(
    [{ streamName: budgetStream(jobId), events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
    { context: contextOf() },
  );
  return { job_id: jobId, ...told };
};

/** A client of an event stream: collects messages until it has enough, the stream ends or time is up. */
export const openStream = async (
  url: string,
  user: TestUser | null,
  headers: Record<string, string> = {},
): Promise<
  Readonly<{
    status: number;
    messages: Message[];
    comments: string[];
    until(enough: (messages: readonly Message[]) => boolean): Promise<readonly Message[]>;
    ended: Promise<void>;
    close(): void;
  }>
> => {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { ...user?.headers, ...headers }, signal: abort.signal });
  const messages: Message[] = [];
  const comments: string[] = [];
  let changed = Promise.withResolvers<void>();
  const take = (block: string): void => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) comments.push(line.slice(1).trim());
      const colon = line.indexOf(': ');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const data = fields.get('data');
    if (data === undefined) return;
    messages.push({
      id: fields.get('id') ?? null,
      event: fields.get('event') ?? 'message',
      data: JSON.parse(data),
    });
  };
  const read = async (): Promise<void> => {
    if (response.body === null) return;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    status: response.status,
    messages,
    comments,
    async until(enough) {
      const deadline = Date.now() + 10_000;
      while (!enough(messages)) {
        if (Date.now() > deadline) throw new Error(`not enough messages: ${JSON.stringify(messages)}`);
        const wait = new Promise((resolve) => setTimeout(resolve, 200));
        await Promise.race([changed.promise, wait]);
      }
      return messages;
    },
    ended,
    close: () => abort.abort(),
  };
};
