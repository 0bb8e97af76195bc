import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';
import { JOB_ENDINGS, type JobEnding } from '../../domain/refactoring/job/endings.ts';
import type {
  ContextAttached,
  DeliveryApplied,
  DeliveryReverted,
  JobRequested,
  RecoveryCompleted,
} from '../../domain/refactoring/job/events.ts';

/** A mail to the person of a job whose files are about to be deleted. `expiresAt` is RFC 3339. */
export type SendExpiryNotice = Effect<
  'SendExpiryNotice',
  { jobId: string; ownerId: string; title: string; expiresAt: string }
>;

export type ExpiryEvent =
  | JobRequested
  | ContextAttached
  | RecoveryCompleted
  | DeliveryApplied
  | DeliveryReverted
  | JobEnding;

/** `expiresAt` is of the newest artifact that the person may want: what came before served to make it. Null: none yet. */
type Kept = Readonly<{ ownerId: string; title: string; expiresAt: string | null }>;

const NOTICE_MS = 48 * 3_600 * 1_000;
const KEY = 'notice';

const evolve = (state: Kept, event: ExpiryEvent): Kept => {
  switch (event.type) {
    case 'JobRequested':
      return { ...state, ownerId: event.data.ownerId, title: event.data.title };
    case 'ContextAttached':
      return { ...state, expiresAt: event.data.context.expiresAt };
    case 'RecoveryCompleted':
      // Without a partial patch the sources are what is left.
      return { ...state, expiresAt: event.data.partialPatch?.expiresAt ?? state.expiresAt };
    case 'TestsPassed':
      return { ...state, expiresAt: event.data.delivery.expiresAt };
    default:
      return state;
  }
};

/** After a revert the delivery may be applied again. */
const KEEPS: ReadonlySet<ExpiryEvent['type']> = new Set([
  'ContextAttached',
  'RecoveryCompleted',
  'TestsPassed',
  'DeliveryReverted',
]);

/**
 * Asks for one mail 48 hours before what a job keeps is deleted (DEL-05): its sources while it waits, then its result. No
 * mail where the result is in the project, or the job ended without one.
 */
export const expiryNotice: ProcessManager<Kept, ExpiryEvent, never, SendExpiryNotice> = {
  name: 'expiry-notice',
  revision: 1,
  handles: [
    'JobRequested',
    'ContextAttached',
    'RecoveryCompleted',
    'DeliveryApplied',
    'DeliveryReverted',
    ...JOB_ENDINGS,
  ],
  correlate: (event) => event.data.jobId,
  initialState: () => ({ ownerId: '', title: '', expiresAt: null }),
  evolve,
  react({ type, data: { jobId } }, { ownerId, title, expiresAt }) {
    if (type === 'JobRequested' || expiresAt === null) return [];
    if (!KEEPS.has(type)) return [{ kind: 'cancelEffect', key: KEY }];
    const due = new Date(Date.parse(expiresAt) - NOTICE_MS).toISOString();
    const data = { jobId, ownerId, title, expiresAt };
    return [{ kind: 'effect', key: KEY, due, effect: { type: 'SendExpiryNotice', data } }];
  },
};
