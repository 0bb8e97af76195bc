import type { AcceptDelivery, ApplyDelivery, RevertDelivery } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { Delivered, Delivery, JobState } from '../state.ts';
import { executionRequested, guardOf } from './execution-requested.ts';

type InPhase<P extends Delivery['phase']> = Extract<Delivery, Readonly<{ phase: P }>>;

/** The delivery must be in the phase, and no work on it may be under way. */
const expectPhase = <P extends Delivery['phase']>(state: Delivered, ...phases: readonly P[]): InPhase<P> => {
  if (state.execution !== null)
    return reject('EXECUTION_OPEN', 'The delivery is being applied or reverted.', {
      executionId: state.execution.executionId,
    });
  const { delivery } = state;
  if (!isIn(delivery, phases))
    return reject('DELIVERY_STATE_CONFLICT', `The delivery is ${delivery.phase.toLowerCase()}.`, {
      phase: delivery.phase,
      allowed: phases,
    });
  return delivery;
};

const isIn = <P extends Delivery['phase']>(
  delivery: Delivery,
  phases: readonly P[],
): delivery is InPhase<P> => phases.some((phase) => phase === delivery.phase);

/**
 * May be repeated with another selection until it is applied, and again after a revert. Where programs were run, or the
 * project's own tests are the proof, what these never reached has to be acknowledged by its number: every way to the
 * person's files leads through here (TST-01).
 */
export const acceptDelivery = (command: AcceptDelivery, state: JobState): JobEvent[] => {
  const delivered = expectStatus(state, command, 'DELIVERED');
  expectPhase(delivered, 'OFFERED', 'ACCEPTED', 'REVERTED');
  const { unknown, ...data } = command.data;
  if (unknown.length > 0)
    return reject(
      'SELECTION_UNKNOWN',
      'The delivery does not have some of the files, hunks or symbols you name.',
      {
        names: unknown.slice(0, 50),
      },
    );
  const { uncovered } = delivered;
  const { acknowledgedUncovered, ...accepted } = data;
  if (uncovered === 0) return [{ type: 'DeliveryAccepted', data: accepted }];
  if (acknowledgedUncovered !== uncovered)
    return reject(
      'UNCOVERED_NOT_ACKNOWLEDGED',
      `The tests never reached ${uncovered} branches and functions. Acknowledge that before you take the delivery.`,
      { uncovered },
    );
  return [{ type: 'DeliveryAccepted', data: { ...accepted, acknowledgedUncovered } }];
};

/** A part of the delivery was never tested without the rest: it is, on the person's machine, unless they waive it (DEL-03). */
export const applyDelivery = (command: ApplyDelivery, state: JobState): JobEvent[] => {
  const delivered = expectStatus(state, command, 'DELIVERED');
  const { selection } = expectPhase(delivered, 'ACCEPTED');
  const { executionId, waiveRetest } = command.data;
  const apply = {
    executionId,
    kind: 'APPLY',
    attempt: Math.max(delivered.counters.last, 0),
    artifacts: [delivered.artifact],
    selection,
  } as const;
  const asked = (request: Parameters<typeof executionRequested>[2]): JobEvent[] => [
    executionRequested(command.data, delivered.ownerId, request),
  ];
  if (selection === 'ALL') return asked(apply);
  if (waiveRetest === true) return asked({ ...apply, retest: 'WAIVED' });
  const guard = guardOf(delivered);
  return asked({
    ...apply,
    ...guard,
    artifacts: [delivered.context.artifact, delivered.artifact, ...guard.artifacts],
    retest: 'REQUIRED',
    timeoutSeconds: EXECUTION_TIMEOUT_SECONDS.APPLY + EXECUTION_TIMEOUT_SECONDS.TEST,
  });
};

/** Before-images stay on the person's machine: a revert takes nothing along. */
export const revertDelivery = (command: RevertDelivery, state: JobState): JobEvent[] => {
  const delivered = expectStatus(state, command, 'DELIVERED');
  expectPhase(delivered, 'APPLIED');
  return [
    executionRequested(command.data, delivered.ownerId, {
      executionId: command.data.executionId,
      kind: 'REVERT',
      attempt: Math.max(delivered.counters.last, 0),
      artifacts: [],
    }),
  ];
};
