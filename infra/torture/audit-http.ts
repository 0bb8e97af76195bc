import type { Pool } from 'pg';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type { Findings } from './audit.ts';
import type { HttpEntry } from './protocol.ts';

export type StoredJob = Readonly<{ title: string; jobId: string }>;

/** The jobs that are in the log, with the titles that `texts` opens. */
export const readJobs = async (pool: Pool, texts: PersonalTexts): Promise<readonly StoredJob[]> => {
  const { rows } = await pool.query<StoredJob>(
    `select data ->> 'title' as title, data ->> 'jobId' as "jobId" from events where type = 'JobRequested'`,
  );
  return texts.open(rows);
};

/** What clients of the HTTP API were told against what is stored: an acknowledged job is in the log exactly once. */
export const auditHttp = (
  journals: readonly (readonly HttpEntry[])[],
  jobs: readonly StoredJob[],
  findings: Findings,
) => {
  const stored = Map.groupBy(jobs, ({ title }) => title);
  const figures = { httpRequests: 0, httpAcknowledged: 0, httpRepeatedAnswers: 0, httpReplayed: 0 };
  for (const entry of journals.flat()) {
    if (entry.kind === 'violation') findings.add(`http: ${entry.what}`, entry.id);
    if (entry.kind !== 'sent') continue;
    figures.httpRequests += 1;
    const copies = stored.get(entry.request.id)?.length ?? 0;
    findings.add('http: request stored twice', entry.request.id, copies - 1);
  }
  const told = new Map<string, string>();
  for (const entry of journals.flat()) {
    if (entry.kind !== 'acked') continue;
    if (entry.replayed) figures.httpReplayed += 1;
    const first = told.get(entry.id);
    if (first !== undefined) {
      figures.httpRepeatedAnswers += 1;
      if (first !== entry.jobId) findings.add('http: repeated request answered otherwise', entry.id);
      continue;
    }
    told.set(entry.id, entry.jobId);
    figures.httpAcknowledged += 1;
    const isStored = stored.get(entry.id)?.some(({ jobId }) => jobId === entry.jobId) ?? false;
    if (!isStored) findings.add('http: acknowledged request lost', entry.id);
  }
  return figures;
};
