import type { TestApi, TestUser } from '../../testing/api.ts';
import { CONTEXT, jobScript, PREFLIGHT } from '../../testing/job-script.ts';

export type Waiting = Readonly<{ user: TestUser; jobId: string; start: () => ReturnType<TestApi['call']> }>;

/** A job of a new person that only waits to be started. */
export const jobToStart = async (api: TestApi): Promise<Waiting> => {
  const user = await api.user();
  const consent = { data_processing: true, zero_training: true };
  await api.call(user, 'POST', '/account/consent', { body: consent });
  const jobId = await jobScript(api, user).requested();
  await api.call(user, 'POST', `/jobs/${jobId}/context`, { body: CONTEXT });
  return { user, jobId, start: () => api.call(user, 'POST', `/jobs/${jobId}/start`, { body: PREFLIGHT }) };
};
