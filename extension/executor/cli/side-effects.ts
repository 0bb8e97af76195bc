import { z } from 'zod';
import { type Isolation, isolationHere } from '../native-runner/isolation.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { PrepareOptions } from './prepare.ts';

const isolation = z.enum(['NAMESPACES', 'PROCESS_GROUP']);
const agreed = z.looseObject({
  sideEffectsAcknowledgedAt: z.string(),
  /** Absent: agreed to before it was told apart, in the words of the weaker one. */
  isolation: isolation.default('PROCESS_GROUP'),
});

const WHAT_RUNS =
  'Tests run the code of this project on this machine, in a private copy, without your environment variables.';

/** What a test could still do, in plain words; nothing is promised that this system does not hold. */
export const sideEffects = (held: Isolation): string =>
  held === 'NAMESPACES'
    ? `${WHAT_RUNS} They have no network, see no other process, and all end with their run. They could still read and change files outside of the copy that are yours.`
    : `${WHAT_RUNS} This system does not let them be held any closer: they could reach the network, files outside of the copy and other processes of yours, and one that means to could outlive its run.`;

/** Whether agreeing to the one covers the other. */
const covers = (given: Isolation, held: Isolation): boolean => given === held || given === 'PROCESS_GROUP';

/** Native runs execute the project's own code; the person agrees to that once, and again where less is held (EXE-04). */
export const acknowledgeSideEffects = async ({
  home,
  output,
  prompt,
  yes,
}: PrepareOptions): Promise<void> => {
  const stored = await home.readJson('config.json');
  const held = await isolationHere();
  const before = agreed.safeParse(stored);
  if (before.success && covers(before.data.isolation, held)) return;
  const text = sideEffects(held);
  const code = 'SIDE_EFFECTS_NOT_ACKNOWLEDGED';
  if (!yes && prompt === null)
    throw new CommandEnd(EXIT.NOT_STARTED, code, text, 'Agree with --yes, or run it in a terminal.');
  output.show(text);
  if (!yes && prompt !== null) {
    if ((await prompt.choose('Agree?', { y: 'yes, and do not ask again', n: 'no' }, 'y')) === 'n')
      throw new CommandEnd(
        EXIT.NOT_STARTED,
        code,
        'Nothing was started, as you chose.',
        'Nothing was changed or sent.',
      );
  }
  const config = typeof stored === 'object' && stored !== null ? stored : {};
  const now = { sideEffectsAcknowledgedAt: new Date().toISOString(), isolation: held };
  await home.writeJson({ ...config, ...now }, 'config.json');
};
