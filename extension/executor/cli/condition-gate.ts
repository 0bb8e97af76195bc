import type { Proposal } from '../api/wire.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { GateOptions } from './gate-options.ts';
import { placesTogether } from './places.ts';

type Condition = NonNullable<Proposal['conditions']>[number];

/** What each condition means to a person, and how it is accepted in a command. */
const MEANING: Readonly<Record<Condition, Readonly<{ what: string; flag: string; byHand: string }>>> = {
  STRICT_MODE: {
    what: 'Sloppy code becomes strict: a write to something frozen or to a plain value then throws an error in place of being ignored, "this" of a plain call is undefined, and "arguments" keep what was given. Nobody can prove that none of your users would see that.',
    flag: '--accept-strict-mode',
    byHand:
      "or write 'use strict' at the top of these files yourself, run your tests, commit and begin again",
  },
};

const MAX_PLACES = 12;

/** The places of a proposal's conditions and what else may break, one a line; the rest is counted. */
export const placesOf = ({ breaking_surface }: Pick<Proposal, 'breaking_surface'>): readonly string[] => {
  const places = placesTogether(breaking_surface);
  const more = places.length - MAX_PLACES;
  return [...places.slice(0, MAX_PLACES), ...(more > 0 ? [`and ${more} more`] : [])];
};

const flags = (conditions: readonly Condition[]): string =>
  conditions.map((condition) => MEANING[condition].flag).join(' ');

/** What the person accepts with a delivery, again, where they take it. */
export const acceptedText = (conditions: readonly Condition[]): readonly string[] =>
  conditions.map((condition) => `You accepted ${condition}. ${MEANING[condition].what}`);

/** The job ends here, free of charge: going on would change what the person did not agree to. */
const notAccepted = async (
  { client, job }: GateOptions,
  conditions: readonly Condition[],
  places: readonly string[],
): Promise<CommandEnd> => {
  await client.cancel(job.jobId, conditions);
  const what = conditions.map((condition) => MEANING[condition].what).join(' ');
  return new CommandEnd(
    EXIT.NOT_DELIVERED,
    'CONDITION_NOT_ACCEPTED',
    [`No delivery: a difference was not accepted. ${what}`, ...places.map((place) => `  ${place}`)].join(
      '\n',
    ),
    `Your files are as they were, and nothing was spent. To accept it: iama run ${job.workspace} ${flags(conditions)}; ${conditions.map((condition) => MEANING[condition].byHand).join('; ')}.`,
  );
};

/**
 * The conditions of the proposal, once the person accepts them; `--yes` alone accepts none.
 *
 * @throws {CommandEnd} CONDITION_NOT_ACCEPTED, after the job was ended; WAITING_FOR_A_DECISION where nobody can be asked
 */
export const acceptedConditions = async (
  options: GateOptions,
  proposal: Proposal,
): Promise<readonly Condition[]> => {
  const { job, output, prompt } = options;
  const conditions = proposal.conditions ?? [];
  if (conditions.length === 0) return [];
  const places = placesOf(proposal);
  // The end of the job says it all.
  if (job.yes && !job.acceptStrictMode) throw await notAccepted(options, conditions, places);
  for (const condition of conditions) output.show(`To accept: ${MEANING[condition].what}`, 'yellow');
  for (const place of places) output.show(`  ${place}`, 'yellow');
  if (job.acceptStrictMode) {
    output.step(`Accepted, because of ${flags(conditions)}.`);
    return conditions;
  }
  if (prompt === null)
    throw new CommandEnd(
      EXIT.WAITING,
      'WAITING_FOR_A_DECISION',
      'The job waits for a decision: whether to accept this difference.',
      `Decide with: iama attach ${job.jobId}   (or accept it: iama attach ${job.jobId} ${flags(conditions)})`,
    );
  const ways = { y: 'yes, I accept it', n: 'no, end the job' };
  if ((await prompt.choose('Accept this difference?', ways, 'n')) === 'y') return conditions;
  throw await notAccepted(options, conditions, places);
};
