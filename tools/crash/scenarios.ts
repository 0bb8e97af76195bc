import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../extension/executor/api/client.ts';
import { CLAMP, COUNTER, STUBBORN, TYPED, UNRUNNABLE, WRITTEN } from './packages.ts';
import {
  awaited,
  cli,
  END,
  isApplied,
  RUN,
  type Scenario,
  type Sight,
  send,
  type Turn,
  time,
  usual,
  WAIT,
} from './scenario.ts';

const of = ({ jobId }: Sight) => ({ path: { job_id: jobId } });

/** Writes the index as the person would: one line more. */
const ownPatch = ({ project }: Sight) => {
  const before = readFileSync(join(project, 'index.js'));
  const baseSha256 = createHash('sha256').update(before).digest('hex');
  const content = `${before.toString()}// looked at by hand\n`;
  return {
    schema: 'iama.patch/1' as const,
    edits: [{ op: 'WRITE_FILE' as const, path: 'index.js', baseSha256, content }],
  };
};

/** Another machine takes the work and says that the patch does not apply to what it has. */
const patchDoesNotApply = ({ jobId, state }: Sight): Turn =>
  send(async (client) => {
    const executionId = ('execution' in state && state.execution?.executionId) || '';
    const { task_token } = await client.claim(jobId, executionId, 'another-machine');
    await client.report(jobId, executionId, task_token, {
      kind: 'TEST',
      status: 'REJECTED',
      code: 'APPLY_FAILED',
      reason: 'The files of this machine differ.',
      report: null,
    });
  });

const changeSpec = ({ jobId }: Sight, statement: string): Turn =>
  send(async (client: Client) => {
    const { revision_token, specification } = await client.spec(jobId);
    const added = { id: `sdd-${statement.length}`, topic: 'STRUCTURE' as const, statement };
    const sdd = [...specification.sdd, added].map((item) => ({
      ...item,
      topic: item.topic as typeof added.topic,
    }));
    await client.call('ReviseSpec', {
      path: { job_id: jobId },
      body: { revision_token, specification: { ...specification, sdd } },
    });
  });

/** One file whole, and one hunk of another. */
const acceptPart = ({ jobId }: Sight): Turn =>
  send(async (client) => {
    const { files } = await client.delivery(jobId);
    const [hunk] = files.find(({ to, hunks }) => to === 'index.ts' && hunks.length > 1)?.hunks ?? [];
    if (hunk === undefined) throw new Error('index.ts has no hunks to choose among');
    await client.acceptDelivery(jobId, { files: ['twice.ts'], hunks: [hunk.hunk_id] });
  });

/** Untouched code that cannot be run: the baseline is looked at once more, and then overridden. */
const overridden = (sight: Sight): Turn | null => {
  if (sight.state.status !== 'BASELINE_VALIDATION_FAILED') return null;
  const again = sight.times('SpecReopened') === 0;
  return send(({ call }) =>
    again
      ? call('ReopenSpec', { ...of(sight), body: { reason: 'Look at it once more.' } })
      : call('OverrideBaseline', { ...of(sight), body: { why: 'Its machine is elsewhere.' } }),
  );
};

/** Up to the fallback: the first patch is refused by another machine, and the recipe has no other. */
const toFallback = (sight: Sight): Turn | null => {
  const { state, times } = sight;
  if (times('BaselineOverridden') === 0 || times('DeepFixConfirmed') > 0) return overridden(sight);
  if (awaited(sight) === 'TEST') return patchDoesNotApply(sight);
  return state.status === 'REFACTORING' || state.status === 'RECOVERY_PENDING' ? WAIT : null;
};

const inFallback = (sight: Sight, answer: (client: Client) => Promise<unknown>): Turn | null =>
  sight.state.status === 'FALLBACK_REQUIRED' ? send(answer) : null;

const decideTimeout = (sight: Sight, choice: 'increase_timeout' | 'continue'): Turn =>
  send(({ call }) => call('DecideTimeout', { ...of(sight), body: { choice } }));

const atIntervention = (sight: Sight): boolean => sight.state.status === 'WAITING_INTERVENTION';

export const SCENARIOS = {
  /** Goes well, is applied and reverted; killed at every one of its events. */
  delivery: {
    files: CLAMP,
    run: ['--yes', '--apply', '--json'],
    turn: (sight) => {
      const { state, jobId } = sight;
      if (state.status === 'DELIVERED' && state.execution === null && state.delivery.phase === 'REVERTED')
        return END;
      const reverting = isApplied(sight) || awaited(sight) === 'REVERT';
      return reverting ? cli('revert', jobId) : cli('attach', jobId, '--yes', '--apply');
    },
  },
  refused: { files: TYPED, run: RUN, turn: usual },
  repair: { files: WRITTEN, run: RUN, turn: usual },
  /** Cap and specification are changed before the approval, the specification again while the baseline is waited for. */
  'spec-changed': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      const { state, times } = sight;
      if (state.status === 'WAITING_SPEC_APPROVAL' && times('BudgetCapSet') === 0)
        return send(({ call }) => call('SetBudgetCap', { ...of(sight), body: { micro_credits: 1_000 } }));
      if (state.status === 'WAITING_SPEC_APPROVAL' && times('SpecRevised') === 0)
        return changeSpec(sight, 'The name of the file stays.');
      if (times('SpecApproved') === 0 || times('SpecUpdatedDuringExecution') > 0) return usual(sight);
      return awaited(sight) === 'BASELINE' ? changeSpec(sight, 'No type is exported.') : WAIT;
    },
  },
  /** Part of the delivery is taken and put back; then all of it, which a later edit keeps from being put back. */
  partial: {
    files: COUNTER,
    run: ['--strategy', 'standard', '--accept', 'none', '--apply', '--json'],
    also: ['DeliveryAccepted#1', 'DeliveryApplied#1', 'DeliveryReverted#1', 'DeliveryAccepted#2'],
    turn: (sight) => {
      const { state, jobId, project, times } = sight;
      if (times('RevertBlocked') > 0) return END;
      if (state.status !== 'DELIVERED') return usual(sight);
      if (awaited(sight) === 'REVERT') return cli('revert', jobId);
      if (state.delivery.phase === 'OFFERED') return acceptPart(sight);
      if (state.delivery.phase === 'REVERTED')
        return times('DeliveryAccepted') > 1 ? END : send((client) => client.acceptDelivery(jobId, 'ALL'));
      if (!isApplied(sight)) return cli('attach', jobId, '--accept', 'all', '--apply');
      if (times('DeliveryApplied') > 1) writeFileSync(join(project, 'twice.ts'), 'export const mine = 1;\n');
      return cli('revert', jobId);
    },
  },
  /** Nothing can be recorded; the first patch is refused; a stronger class has no other, and a deep fix delivers. */
  unguarded: {
    files: UNRUNNABLE,
    run: RUN,
    turn: (sight) =>
      toFallback(sight) ??
      inFallback(sight, ({ call }) =>
        sight.times('RetriedStronger') === 0
          ? call('RetryStronger', of(sight))
          : call('ConfirmDeepFix', of(sight)),
      ) ??
      usual(sight),
  },
  abandoned: {
    files: UNRUNNABLE,
    run: RUN,
    turn: (sight) =>
      toFallback(sight) ?? inFallback(sight, ({ call }) => call('AbandonJob', of(sight))) ?? usual(sight),
  },
  /** The same failure three times; the person takes the work over, and the tests pass on what was made by hand. */
  intervention: {
    files: STUBBORN,
    run: RUN,
    turn: (sight) => {
      if (atIntervention(sight)) return send(({ call }) => call('OpenIntervention', of(sight)));
      return sight.state.status === 'USER_INTERVENING' && awaited(sight) === null
        ? send(({ call }) => call('RunInterventionTests', { ...of(sight), body: { patch: ownPatch(sight) } }))
        : usual(sight);
    },
  },
  'intervention-late': {
    files: STUBBORN,
    run: RUN,
    turn: (sight) => (atIntervention(sight) ? time('intervention') : usual(sight)),
  },
  /** Goes on after the third failure, has nothing left to try, and is ended by the person. */
  'repair-continued': {
    files: STUBBORN,
    run: RUN,
    turn: (sight) =>
      atIntervention(sight)
        ? send(({ call }) => call('ContinueRepair', of(sight)))
        : (inFallback(sight, (client) => client.cancel(sight.jobId)) ?? usual(sight)),
  },
  cancelled: {
    files: CLAMP,
    run: RUN,
    turn: (sight) =>
      sight.state.status === 'WAITING_SPEC_APPROVAL' ? cli('cancel', sight.jobId) : usual(sight),
  },
  /** Nobody is there when the baseline is asked for; the machine comes back before the grace is over. */
  'client-back': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      if (sight.times('SpecApproved') === 0 || sight.times('ClientHeartbeatMissed') > 0) return usual(sight);
      return awaited(sight) === 'BASELINE' ? time('heartbeat') : WAIT;
    },
  },
  'client-lost': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      if (sight.times('SpecApproved') === 0 || sight.state.status === 'FAILED') return usual(sight);
      if (sight.times('ClientHeartbeatMissed') > 0) return time('grace');
      return awaited(sight) === 'BASELINE' ? time('heartbeat') : WAIT;
    },
  },
  /** Nobody does the work that is asked for, until the tests are repeated with more time for the second time. */
  'time-out': {
    files: CLAMP,
    run: RUN,
    turn: (sight) => {
      const { state, times } = sight;
      if (times('SpecApproved') === 0 || times('TestsRepeated') > 0) return usual(sight);
      if (state.status === 'BASELINE_VALIDATION_FAILED' && times('BaselineRepeated') > 0)
        return decideTimeout(sight, 'continue');
      if (state.status === 'BASELINE_VALIDATION_FAILED' || atIntervention(sight))
        return decideTimeout(sight, 'increase_timeout');
      return awaited(sight) === null ? WAIT : time('execution');
    },
  },
  /** The sources that were sent are gone from the server's disk when the next stage wants them. */
  'storage-lost': {
    files: CLAMP,
    run: ['--json'],
    turn: (sight) => {
      const { state, jobId, dataFolder } = sight;
      if (state.status !== 'WAITING_STRATEGY') return usual(sight);
      if (state.chosen !== null) return WAIT;
      return send(async (client) => {
        rmSync(join(dataFolder, 'artifacts', jobId), { recursive: true, force: true });
        await client.selectProposal(jobId, state.proposals[0]?.proposalId ?? '');
      });
    },
  },
} satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];
export const scenarioOf = (name: ScenarioName): Scenario => SCENARIOS[name];
