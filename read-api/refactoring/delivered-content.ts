import { z } from 'zod';
import type { Recorded } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { Delivery } from '../../domain/patching/delivery.ts';
import type { JobEvent, TestsPassed } from '../../domain/refactoring/job/events.ts';
import type { ArtifactReader } from '../kernel/query.ts';

const side = z.object({ sha256: z.string(), text: z.string() }).nullable();
const range = z.tuple([z.int(), z.int()]);
const symbols = z
  .array(z.object({ name: z.string(), before: z.array(range), after: z.array(range) }))
  .exactOptional();
const delivery = z.object({
  schema: z.literal('iama.delivery/1'),
  files: z.array(z.object({ path: z.string(), to: z.string(), before: side, after: side, symbols })),
}) satisfies z.ZodType<Delivery>;

/**
 * What the job delivered last, and its full sources. Throws `Rejection` DELIVERY_NOT_READY; ARTIFACT_EXPIRED or
 * ARTIFACT_NOT_FOUND once the content has gone (DEL-05).
 */
export const deliveredContent = async (
  artifacts: ArtifactReader,
  jobId: string,
  events: readonly Recorded<JobEvent>[],
): Promise<Readonly<{ passed: TestsPassed['data']; content: Delivery }>> => {
  const passed = events.findLast((event) => event.type === 'TestsPassed');
  if (passed === undefined) throw new Rejection('DELIVERY_NOT_READY', 'Nothing was delivered yet.');
  const bytes = await artifacts.get({ jobId, artifactId: passed.data.delivery.artifactId });
  return { passed: passed.data, content: delivery.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) };
};
