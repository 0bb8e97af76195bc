import type { DeliveryView, Outcome, SelectionWire } from '../api/wire.ts';
import { plural } from '../words.ts';
import { acceptedText } from './condition-gate.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { type GateAnswer, type GateOptions, nobodyToAsk } from './gate-options.ts';
import type { Output } from './output.ts';
import type { Prompt } from './prompt.ts';
import { deliveryList, proofOf } from './render.ts';

const WHOLE_FILE_ONLY = new Set(['ADDED', 'DELETED']);

const waysToTake = ({ status, hunks, symbols }: DeliveryView['files'][number]): Record<string, string> => ({
  y: 'yes',
  n: 'no',
  ...(!WHOLE_FILE_ONLY.has(status) && hunks.length > 1
    ? { h: `choose among its ${hunks.length} hunks` }
    : {}),
  ...(symbols.length > 1 ? { s: `choose among its ${symbols.length} functions, classes and values` } : {}),
});

/**
 * The text of each hunk of a diff; in it every other line begins with a blank, a sign or a backslash. Only a line feed ends a line
 * there: code may hold what else ends one for an expression with `m`.
 */
const hunkTexts = (diff: string): readonly string[] => diff.split(/(?<=\n)(?=@@ )/u).slice(1);

export const askForSelection = async (
  prompt: Prompt,
  output: Output,
  delivery: DeliveryView,
): Promise<SelectionWire | null> => {
  const whole = await prompt.choose(
    'Take it?',
    { a: 'all of it', f: 'choose by file', d: 'show the diff first', n: 'nothing' },
    'a',
  );
  if (whole === 'a') return 'ALL';
  if (whole === 'n') return null;
  if (whole === 'd') {
    for (const { diff } of delivery.files) output.show(diff);
    return askForSelection(prompt, output, delivery);
  }
  const [files, hunks, symbols]: [string[], string[], string[]] = [[], [], []];
  for (const file of delivery.files) {
    output.show(file.diff);
    const answer = await prompt.choose(`Take ${file.to}?`, waysToTake(file), 'y');
    if (answer === 'y') files.push(file.to);
    for (const { symbol_id, name } of answer === 's' ? file.symbols : []) {
      if ((await prompt.choose(`Take ${name}?`, { y: 'yes', n: 'no' }, 'y')) === 'y') symbols.push(symbol_id);
    }
    if (answer !== 'h') continue;
    const texts = hunkTexts(file.diff);
    for (const [index, hunk] of file.hunks.entries()) {
      output.show(texts[index] ?? '');
      const place = `hunk ${index + 1} of ${file.hunks.length}, at line ${hunk.new_start}`;
      if ((await prompt.choose(`Take ${place}?`, { y: 'yes', n: 'no' }, 'y')) === 'y')
        hunks.push(hunk.hunk_id);
    }
  }
  return files.length + hunks.length + symbols.length === 0 ? null : { files, hunks, symbols };
};

const HOW_TESTED: Readonly<Record<string, string>> = {
  BLACK_BOX: 'Programs and servers were tested from outside',
  ASSERTION: "Only the project's own tests guard this, and they hold what they state",
};

/** TST-01: where only programs or own tests were run, the person takes the risk of what these never reached, or nothing. */
const acknowledged = async (
  { job, output, prompt }: GateOptions,
  { baseline }: DeliveryView,
): Promise<boolean> => {
  const uncovered = baseline?.to_acknowledge ?? 0;
  if (uncovered === 0) return true;
  const what = `${HOW_TESTED[baseline?.mode ?? ''] ?? 'The tests do not reach all'}: ${plural(uncovered, 'branch or function was', 'branches and functions were')} never reached, and a change there would not have been noticed.`;
  output.show(what, 'yellow');
  if (job.yes) {
    output.step(`Acknowledged, because of --yes: ${uncovered} without a test.`);
    return true;
  }
  if (prompt === null) throw nobodyToAsk(job, `whether to take ${uncovered} behaviours without a test.`);
  return (await prompt.choose('Take it all the same?', { y: 'yes, at my risk', n: 'no' }, 'n')) === 'y';
};

const chosenBefore = (how: string): SelectionWire | null => (how === 'none' ? null : 'ALL');

/** Shows what was made and how it is proven, and takes all of it, some of it or nothing (DEL-02). */
export const acceptDelivery = async (options: GateOptions): Promise<GateAnswer> => {
  const { client, job, output, prompt } = options;
  const delivery = await client.delivery(job.jobId);
  output.show(deliveryList(delivery));
  output.show(proofOf(delivery), 'green');
  for (const text of acceptedText(delivery.accepted_conditions ?? [])) output.show(text, 'yellow');
  const how = job.accept ?? (job.yes ? 'all' : 'ask');
  if (how === 'ask' && prompt === null) throw nobodyToAsk(job, 'whether to accept the delivery.');
  const selection =
    how === 'ask' && prompt !== null ? await askForSelection(prompt, output, delivery) : chosenBefore(how);
  if (selection === null || !(await acknowledged(options, delivery))) {
    output.step(
      `Nothing was taken. It is kept for 14 days; to take it: iama attach ${job.jobId} --accept ask`,
    );
    return 'DONE';
  }
  await client.acceptDelivery(job.jobId, selection, delivery.baseline?.to_acknowledge ?? 0);
  return 'WAIT';
};

type NotApplied = Extract<Outcome, { kind: 'APPLY'; status: 'FAILED' }>;

const REMEDY: Readonly<Record<NotApplied['code'], string>> = {
  BASE_CONFLICT: 'Put these files back as they were when the job began',
  APPLY_FAILED: 'Nothing was changed. Mend what it names',
  RETEST_FAILED: 'Nothing was changed. Choose more of it, or take it untested, when you are asked',
};

const notApplied = ({ jobId }: GateOptions['job'], { code, reason }: NotApplied): CommandEnd =>
  new CommandEnd(
    EXIT.CONFLICT,
    code,
    `Not applied: ${reason}`,
    `${REMEDY[code]}, then: iama attach ${jobId} --apply`,
  );

/** Asks anew what to take, whatever was said of it before, and takes that in place of what was accepted. */
const chooseAgain = (options: GateOptions): Promise<GateAnswer> =>
  acceptDelivery({ ...options, job: { ...options.job, accept: 'ask' } });

/** DEL-03: what was chosen does not pass without the rest. Nobody takes it untested without saying so. */
const askAboutPart = async (options: GateOptions, last: NotApplied): Promise<GateAnswer> => {
  const { client, job, prompt } = options;
  if (job.yes || prompt === null) throw notApplied(job, last);
  const answer = await prompt.choose(
    `What you chose does not pass on its own. ${last.reason} What now?`,
    { o: 'choose again', u: 'apply it untested', n: 'not now' },
    'n',
  );
  if (answer === 'n') throw notApplied(job, last);
  if (answer === 'o' && (await chooseAgain(options)) === 'DONE') return 'DONE';
  await client.applyDelivery(job.jobId, answer === 'u');
  return 'WAIT';
};

/** Whether this command names something else to take than what was accepted before it. */
const namesOther = async ({ client, job, acceptTyped, lastOutcome }: GateOptions): Promise<boolean> => {
  if (acceptTyped === null || acceptTyped === 'none' || lastOutcome() !== null) return false;
  return acceptTyped === 'ask' || (await client.delivery(job.jobId)).selection !== 'ALL';
};

/** Asks for the apply execution, which this session then does itself. */
export const applyDelivery = async (options: GateOptions): Promise<GateAnswer> => {
  const { client, job, output, prompt, lastOutcome } = options;
  if ((await namesOther(options)) && (await acceptDelivery(options)) === 'DONE') return 'DONE';
  const last = lastOutcome();
  if (last?.kind === 'APPLY' && last.status === 'FAILED') {
    if (last.code === 'RETEST_FAILED') return askAboutPart(options, last);
    throw notApplied(job, last);
  }
  const asked = job.apply === null && !job.yes && prompt !== null;
  const ways = { y: 'yes', o: 'choose again', n: 'not now' };
  const answer = asked
    ? await prompt.choose(`Write it into ${job.workspace}?`, ways, 'y')
    : (job.apply ?? job.yes)
      ? 'y'
      : 'n';
  if (answer === 'o' && (await chooseAgain(options)) === 'DONE') return 'DONE';
  if (answer === 'n') {
    output.step(`Not applied. To apply it later: iama attach ${job.jobId} --apply`);
    return 'DONE';
  }
  await client.applyDelivery(job.jobId);
  return 'WAIT';
};
