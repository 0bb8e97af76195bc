import { z } from 'zod';
import type { Command, Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { currentSpec } from '../../domain/refactoring/job/current-spec.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { addedItems, itemsFromText } from '../../domain/refactoring/specification-text.ts';
import { type CommandFile, route, type Tools } from '../kernel/command.ts';
import { id, sha256, specification } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const MAX_NAMED = 50;

/** A question, though it is asked with POST: nothing happens to the job (SPC-02). */
export type ConvertSpecText = Command<'ConvertSpecText', { jobId: string; text: string }>;

/** Throws `Rejection` SPEC_NOT_READY, NO_MODEL_CONFIGURED. */
const preview = async (
  { data }: ConvertSpecText,
  { store, services: { texts } }: Tools<Pick<RefactoringServices, 'texts'>>,
): Promise<Json> => {
  const { events } = await store.read<JobEvent>(jobStream(data.jobId));
  const current = texts.open(currentSpec(events));
  if (current === null) throw new Rejection('SPEC_NOT_READY', 'There is no specification yet.');
  const converted = itemsFromText(data.text);
  const { bdd, sdd, unconverted } = converted;
  if (bdd.length + sdd.length === 0)
    throw new Rejection(
      'NO_MODEL_CONFIGURED',
      'No model is configured that could turn free text into a specification. Write Given, When, Then, or begin a statement with Structure, Types or Dependencies.',
      { unconverted: unconverted.slice(0, MAX_NAMED) },
    );
  const added = addedItems(current.specification, converted);
  return {
    revision_token: current.revisionToken,
    spec_hash: current.specHash,
    added,
    specification: {
      bdd: [...current.specification.bdd, ...added.bdd],
      sdd: [...current.specification.sdd, ...added.sdd],
    },
    unconverted,
  };
};

export const convertSpecText: CommandFile<ConvertSpecText, Pick<RefactoringServices, 'texts'>> = {
  type: 'ConvertSpecText',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/spec/nl-convert',
    summary: 'Show what sentences would add to the specification; nothing is changed',
    status: 200,
    body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
    answer: z.object({
      revision_token: id.describe('Of the revision that this is a preview to'),
      spec_hash: sha256.describe('Of that revision'),
      added: specification,
      specification: specification.describe('With what is added: what PATCH would take'),
      unconverted: z.array(z.string()).describe('Sentences that only a model could convert'),
    }),
    command: ({ body, param }) => ({
      type: 'ConvertSpecText',
      data: { jobId: param('job_id'), text: body.text },
    }),
  }),
  async decide(command, tools) {
    await preview(command, tools);
    return { appends: [], answer: null };
  },
  // Not what is kept with an idempotency key: that would keep the person's words.
  present: (_answer, command, tools) => preview(command, tools),
};
