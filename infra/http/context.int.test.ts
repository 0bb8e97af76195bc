import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContextAttached } from '../../domain/refactoring/job/events.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { CONTEXT, jobScript } from './testing/job-script.ts';

let api: TestApi;
let user: TestUser;
let jobId: string;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
  jobId = await jobScript(api, user).requested();
});
afterAll(() => api.close());

const send = (body: unknown) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/jobs/${jobId}/context`,
    headers: { ...user.headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(body)),
  });

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const attached = async (): Promise<readonly ContextAttached[]> => {
  const { events } = await api.log.read<ContextAttached>(`job-${jobId}`);
  return events.filter(({ type }) => type === 'ContextAttached');
};

describe('the context of a job', () => {
  it('[JOB-02] takes the hashes of 20,000 files and keeps them in the artifact, not in the log', async () => {
    const names = Array.from(
      { length: 20_000 },
      (_, n) => `packages/part-${n % 100}/src/modules/file-${n}.js`,
    );
    const base_hashes = Object.fromEntries(names.map((name) => [name, hash(name)]));
    const answer = await send({ ...CONTEXT, base_hashes });
    expect(answer.statusCode).toBe(200);
    const event = (await attached()).at(-1);
    const sorted = JSON.stringify(Object.fromEntries(names.sort().map((name) => [name, hash(name)])));
    expect(event?.data.baseManifest).toEqual({
      sha256: hash(sorted),
      files: 20_000,
      bytes: Buffer.byteLength(sorted),
    });
    expect(JSON.stringify(event?.data).length).toBeLessThan(1_000);
    const { artifact_id } = answer.json().artifact;
    const stored = await api.app.inject({
      url: `/api/v1/jobs/${jobId}/artifacts/${artifact_id}`,
      headers: user.headers,
    });
    expect(JSON.stringify(stored.json().base_hashes)).toBe(sorted);
  });

  it('[JOB-02] counts the same files with other hashes as another context', async () => {
    const one = await send({ ...CONTEXT, base_hashes: { 'b.js': hash('1'), 'a.js': hash('2') } });
    const before = (await attached()).length;
    const same = await send({ ...CONTEXT, base_hashes: { 'a.js': hash('2'), 'b.js': hash('1') } });
    expect(same.json()).toEqual(one.json());
    expect(await attached()).toHaveLength(before);
    const other = await send({ ...CONTEXT, base_hashes: { 'a.js': hash('3'), 'b.js': hash('1') } });
    expect(other.json().artifact.artifact_id).not.toBe(one.json().artifact.artifact_id);
    expect(await attached()).toHaveLength(before + 1);
  });
});
