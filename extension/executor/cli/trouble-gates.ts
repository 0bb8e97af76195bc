import type { JobView } from '../api/wire.ts';
import { budgetQuestion } from './budget-gate.ts';
import { type GateAnswer, type GateOptions, nobodyToAsk, type Question, type Way } from './gate-options.ts';
import { reasonLines } from './render.ts';

const end = (meaning: string): Way => ({ meaning, take: ({ call }, of) => call('CancelJob', of) });

const respecify = (reason: string): Way => ({
  meaning: 'change the specification',
  take: ({ call }, of) => call('ReopenSpec', { ...of, body: { reason } }),
});

/** States in which a job asks how to go on. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  BASELINE_VALIDATION_FAILED: {
    text: 'The tests could not be proven on the untouched code. What now?',
    ways: {
      c: end('end the job'),
      s: respecify('The baseline did not pass.'),
      o: {
        meaning: 'go on all the same; types, your own tests and what could be recorded then guard the change',
        take: ({ call }, of) => call('OverrideBaseline', { ...of, body: { why: 'Chosen at the prompt.' } }),
      },
    },
    safe: 'c',
  },
  WAITING_ESCALATION_DECISION: {
    text: 'Use a stronger model?',
    ways: {
      y: { meaning: 'use the stronger model', take: ({ call }, of) => call('ConfirmEscalation', of) },
      n: { meaning: 'do not use it', take: ({ call }, of) => call('DeclineEscalation', of) },
    },
    safe: 'n',
  },
  WAITING_INTERVENTION: {
    text: 'The same failure came three times. What now?',
    ways: {
      c: { meaning: 'try on', take: ({ call }, of) => call('ContinueRepair', of) },
      d: { meaning: 'deep fix', take: ({ call }, of) => call('ConfirmDeepFix', of) },
      e: end('end the job'),
    },
    safe: 'c',
  },
  USER_INTERVENING: {
    text: 'You are working on this job. What now?',
    ways: {
      c: { meaning: 'let the repair go on', take: ({ call }, of) => call('ContinueRepair', of) },
      e: end('end the job'),
    },
    safe: 'c',
  },
  FALLBACK_REQUIRED: {
    text: 'No attempt passed the tests. What now?',
    ways: {
      a: { meaning: 'give the job up', take: ({ call }, of) => call('AbandonJob', of) },
      r: { meaning: 'try again with a stronger model', take: ({ call }, of) => call('RetryStronger', of) },
      s: respecify('No attempt passed.'),
    },
    safe: 'a',
  },
};

const decideTimeout =
  (choice: 'increase_timeout' | 'quarantine' | 'continue'): Way['take'] =>
  ({ call }, of) =>
    call('DecideTimeout', { ...of, body: { choice } });

/** TST-04: what a run that had too little time leaves to decide; null where it was not about time. */
export const timeQuestion = ({
  status,
  timed_out: late,
}: Pick<JobView, 'status' | 'timed_out'>): Question | null => {
  if (late === null) return null;
  const more: Way = {
    meaning: `try again with more time than the ${late.timeout_seconds} seconds it had`,
    take: decideTimeout('increase_timeout'),
  };
  if (status === 'BASELINE_VALIDATION_FAILED')
    return {
      text: 'Recording what the untouched code does ran out of time. What now?',
      ways: {
        i: more,
        c: {
          meaning:
            'go on all the same; types, your own tests and what could be recorded then guard the change',
          take: decideTimeout('continue'),
        },
        e: end('end the job'),
      },
      safe: 'e',
    };
  const without: Way = {
    meaning: `go on without ${late.tests.join(', ')}`,
    take: decideTimeout('quarantine'),
  };
  return {
    text: 'The tests ran out of time, also with twice of it, which says nothing about the change. What now?',
    ways: {
      i: more,
      ...(late.tests.length === 0 ? {} : { q: without }),
      c: { meaning: 'let the repair go on with another change', take: decideTimeout('continue') },
      e: end('end the job'),
    },
    safe: 'c',
  };
};

/** Once: a baseline that this session recorded has said it already. */
const tellReasons = ({ output, lastOutcome }: GateOptions, view: JobView): void => {
  if (lastOutcome()?.kind === 'BASELINE') return;
  for (const line of reasonLines(view)) output.show(`  ${line}`, 'yellow');
};

/** Null where the job is in no trouble. */
export const askInTrouble = async (options: GateOptions, view: JobView): Promise<GateAnswer | null> => {
  const { client, job, output, prompt } = options;
  const question = timeQuestion(view) ?? (await budgetQuestion(client, view)) ?? QUESTIONS[view.status];
  if (question === undefined) return null;
  tellReasons(options, view);
  if (!job.yes && prompt === null) throw nobodyToAsk(job, question.text);
  const meanings = Object.fromEntries(
    Object.entries(question.ways).map(([key, { meaning }]) => [key, meaning]),
  );
  const key =
    job.yes || prompt === null ? question.safe : await prompt.choose(question.text, meanings, question.safe);
  const way = question.ways[key];
  if (way === undefined) return 'WAIT';
  output.step(`Decision: ${way.meaning}.`);
  await way.take(client, { path: { job_id: job.jobId } });
  return 'WAIT';
};
