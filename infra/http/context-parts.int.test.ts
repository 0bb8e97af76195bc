import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { CONTEXT, jobScript } from './testing/job-script.ts';

let api: TestApi;
let user: TestUser;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
});
afterAll(() => api.close());

type File = Readonly<{ path: string; text: string }>;
const post = (who: TestUser, path: string, body: unknown) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/jobs/${path}`,
    headers: { ...who.headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(body)),
  });
const requested = (who = user): Promise<string> => jobScript(api, who).requested();
const sendPart = (jobId: string, files: readonly File[], dependencies: readonly File[] = [], who = user) =>
  post(who, `${jobId}/context/parts`, { files, dependencies });
const partOf = async (
  jobId: string,
  files: readonly File[],
  dependencies: readonly File[] = [],
  who = user,
) => {
  const answer = await sendPart(jobId, files, dependencies, who);
  expect(answer.statusCode).toBe(200);
  return { job_id: jobId, artifact_id: answer.json().artifact.artifact_id };
};
const attach = (jobId: string, parts: readonly object[], files: readonly File[] = []) =>
  post(user, `${jobId}/context`, { ...CONTEXT, context: { ...CONTEXT.context, files }, parts });
const eventsOf = async (jobId: string): Promise<readonly string[]> =>
  (await api.log.read(`job-${jobId}`)).events.map(({ type }) => type);
const storedBy = async (jobId: string, artifactId: string) =>
  (
    await api.app.inject({
      url: `/api/v1/jobs/${jobId}/artifacts/${artifactId}`,
      headers: user.headers,
    })
  ).json();

const A = { path: 'a.js', text: '1' };
const B = { path: 'b.js', text: '2' };
const DEPENDENCY = { path: 'node_modules/d/package.json', text: '{}' };

describe('sources in parts', () => {
  it('[CTX-01] are one context in the end, with what comes along on top, and no event before', async () => {
    const jobId = await requested();
    const before = await eventsOf(jobId);
    const parts = [await partOf(jobId, [B, A]), await partOf(jobId, [], [DEPENDENCY])];
    expect(await eventsOf(jobId)).toEqual(before);
    const answer = await attach(jobId, parts, [{ path: 'b.js', text: 'newer' }]);
    expect(answer.statusCode).toBe(200);
    expect(await storedBy(jobId, answer.json().artifact.artifact_id)).toMatchObject({
      schema: 'iama.context/1',
      files: [A, { path: 'b.js', text: 'newer' }],
      dependencies: [DEPENDENCY],
      base_hashes: CONTEXT.base_hashes,
    });
    expect(await eventsOf(jobId)).toEqual([...before, 'ContextAttached']);
  });

  it('[CTX-01] may be those of an earlier job of the same person, and of nobody else', async () => {
    const [earlier, jobId] = [await requested(), await requested()];
    const part = await partOf(earlier, [A]);
    expect((await attach(jobId, [part])).statusCode).toBe(200);

    const stranger = await api.user();
    const theirs = await requested(stranger);
    const foreign = await partOf(theirs, [B], [], stranger);
    const refused = await attach(jobId, [part, foreign]);
    expect([refused.statusCode, refused.json()]).toEqual([
      422,
      expect.objectContaining({ code: 'CONTEXT_PARTS_UNKNOWN', artifact_ids: [foreign.artifact_id] }),
    ]);
  });

  it('[CTX-01] are asked for again when they are not there, are no parts, or lie at another job', async () => {
    const [jobId, other] = [await requested(), await requested()];
    const part = await partOf(jobId, [A]);
    const context = (await attach(jobId, [part])).json().artifact;
    const names = [
      { job_id: jobId, artifact_id: 'none' },
      { job_id: jobId, artifact_id: context.artifact_id },
      { job_id: other, artifact_id: part.artifact_id },
      { job_id: 'no-such-job', artifact_id: part.artifact_id },
    ];
    for (const name of names) {
      const { statusCode, json } = await attach(jobId, [name]);
      expect([name, statusCode]).toEqual([name, 422]);
      expect(json()).toMatchObject({ code: 'CONTEXT_PARTS_UNKNOWN', artifact_ids: [name.artifact_id] });
    }
  });

  it('[CTX-02] are refused with a secret in them', async () => {
    const jobId = await requested();
    const text = `const id = '${'AKIA'}${'ZQ3TRBVNXAMPLEQ7'}';`;
    for (const answer of [
      await sendPart(jobId, [{ path: 'k.js', text }]),
      await sendPart(jobId, [], [{ path: 'node_modules/k/k.js', text }]),
    ])
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'SECRET_IN_CONTEXT']);
  });

  it('[CTX-01] are together no more than a context may be', async () => {
    const jobId = await requested();
    const part = await partOf(jobId, [{ path: 'a.txt', text: 'x'.repeat(8_000_000) }]);
    expect((await sendPart(jobId, [{ path: 'a.txt', text: 'x'.repeat(9_000_000) }])).statusCode).toBe(413);
    expect((await attach(jobId, Array(8).fill(part))).statusCode).toBe(200);
    const refused = await attach(jobId, Array(9).fill(part));
    expect([refused.statusCode, refused.json().code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('[CTX-01] are taken by a job that waits for its context, and by no other', async () => {
    const jobId = await jobScript(api, user).started();
    expect((await sendPart(jobId, [A])).statusCode).toBe(409);
    expect((await sendPart('no-such-job', [A])).statusCode).toBe(404);
    expect((await sendPart(await requested(), [])).statusCode).toBe(422);
    expect((await attach(await requested(), [])).statusCode).toBe(422);
  });
});
