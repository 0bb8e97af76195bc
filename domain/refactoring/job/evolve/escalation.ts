import { never } from '../../../kernel/never.ts';
import type { EscalationConfirmed, EscalationDeclined, EscalationRequested } from '../events.ts';
import { change, isAsking, isTested, startedOf, testedOf } from '../layers.ts';
import type { Asking, JobState } from '../state.ts';
import { confirm, refactoring } from './repair.ts';

export type EscalationEvent = EscalationRequested | EscalationConfirmed | EscalationDeclined;

/** The repair loop goes on between two attempts, an earlier stage where it was. */
const resume = (asking: Asking, { data }: EscalationConfirmed): JobState =>
  isTested(asking)
    ? refactoring(asking, { ...asking.counters, confirmed: confirm(asking, data.toClass) })
    : asking;

/** The question whether a model may be used, and its answer, at whatever stage it came up. */
export const evolveEscalation = (state: JobState, event: EscalationEvent): JobState => {
  if (event.type === 'EscalationRequested') {
    if (!isAsking(state)) return state;
    const { toClass, deadlineAt } = event.data;
    return { ...startedOf(state), status: 'WAITING_ESCALATION_DECISION', toClass, deadlineAt, asking: state };
  }
  if (state.status !== 'WAITING_ESCALATION_DECISION') return state;
  // With what was learned while the answer was waited for. Whoever answers is there, and the work begins anew.
  const asking = change<Asking>(state.asking, startedOf(state));
  switch (event.type) {
    case 'EscalationConfirmed':
      return resume(asking, event);
    case 'EscalationDeclined':
      return isTested(asking) ? { ...testedOf(asking), status: 'RECOVERY_PENDING' } : state;
    default:
      return never(event);
  }
};
