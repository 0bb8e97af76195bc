import { z } from 'zod';
import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Home } from '../home/home.ts';
import { type Collected, sha256 } from '../workspace/collect.ts';
import { type Part, partsOf } from './context-parts.ts';
import type { JobFile } from './job-file.ts';

export type SendOptions = Readonly<{
  home: Home;
  client: Pick<Client, 'attachContext' | 'uploadContextPart'>;
  job: Pick<JobFile, 'jobId' | 'serverName' | 'workspace'>;
}>;

/** Bytes of texts: what went over the wire, before compression, and what did not have to. */
export type Sent = Readonly<{ sent: number; spared: number }>;

/** Up to this, asking which parts are known costs more than sending all in one request. */
const ONE_REQUEST_BYTES = 256 * 1024;

const name = z.object({ job_id: z.string(), artifact_id: z.string() });
/** Parts that the server has, by the hash of what they hold. */
const known = z.record(z.string(), name);
type Known = z.infer<typeof known>;

/** One file per project and server; the address of the embedded server changes, its name does not. */
const fileOf = ({ serverName, workspace }: SendOptions['job']): [string, string] => [
  'sent',
  `${sha256(JSON.stringify([serverName, workspace])).slice(0, 32)}.json`,
];

const unknownIn = (error: unknown): ReadonlySet<string> | null => {
  if (!(error instanceof ApiProblem) || error.code !== 'CONTEXT_PARTS_UNKNOWN') return null;
  return new Set(z.array(z.string()).parse(error.details['artifact_ids']));
};

/** Sends what the server does not have yet, and remembers every part at once, so that a command that is killed goes on there. */
const upload = async (
  { home, client, job }: SendOptions,
  parts: readonly Part[],
  before: Known,
): Promise<Readonly<{ known: Known; sent: number }>> => {
  // What no part of this project needs any more is forgotten.
  const keys = new Set(parts.map(({ key }) => key));
  const now: Known = Object.fromEntries(Object.entries(before).filter(([key]) => keys.has(key)));
  let sent = 0;
  for (const { key, bytes, body } of parts) {
    if (now[key] !== undefined) continue;
    const { artifact_id } = await client.uploadContextPart(job.jobId, body);
    now[key] = { job_id: job.jobId, artifact_id };
    sent += bytes;
    await home.writeJson(now, ...fileOf(job));
  }
  return { known: now, sent };
};

/**
 * Hands the sources to the job (CTX-01). A large project goes in parts: what was sent before, by a command that was
 * interrupted or for an earlier job, and has not changed is not sent again. A part that the server has lost is.
 */
export const sendContext = async (options: SendOptions, collected: Collected): Promise<Sent> => {
  const { home, client, job } = options;
  const { context, baseHashes: base_hashes, bytes } = collected;
  if (bytes <= ONE_REQUEST_BYTES) {
    await client.attachContext(job.jobId, { context, base_hashes });
    return { sent: bytes, spared: 0 };
  }
  const parts = partsOf(context);
  let before = known.parse((await home.readJson(...fileOf(job))) ?? {});
  let sent = 0;
  for (let isAgain = false; ; isAgain = true) {
    const uploaded = await upload(options, parts, before);
    sent += uploaded.sent;
    const names = Object.values(uploaded.known);
    const request = { context: { ...context, files: [], dependencies: [] }, parts: names, base_hashes };
    try {
      await client.attachContext(job.jobId, request);
      return { sent, spared: Math.max(0, bytes - sent) };
    } catch (error) {
      const unknown = unknownIn(error);
      if (unknown === null || isAgain) throw error;
      const left = Object.entries(uploaded.known).filter(([, part]) => !unknown.has(part.artifact_id));
      before = Object.fromEntries(left);
    }
  }
};
