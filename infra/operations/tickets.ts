import type { TicketServices } from '../../commands/operations/services.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import { ERASED, type PersonalTexts } from '../../domain/kernel/personal.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { SupportDesk } from '../../processors/operations/send-ticket.reactor.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import type { Mailer } from '../mail/mailer.ts';

type Store = Pick<StreamStore, 'read' | 'snapshots'>;

export const tierOf = async (store: Store, userId: string): Promise<string> =>
  (await foldStream(store, account, accountStream(userId))).state.tier;

/**
 * What opening a ticket needs. The words of a person are kept as an artifact, encrypted and deleted by its age (DEL-05), and in
 * it sealed under the person's key: copies of the folder go with the person too (ES-13).
 */
export const ticketServices = (
  store: Store,
  artifacts: Pick<ArtifactStore, 'put'>,
  texts: Pick<PersonalTexts, 'seal'>,
): TicketServices => ({
  tierOf: (userId) => tierOf(store, userId),
  async jobOf(userId, jobId) {
    const { state } = await foldStream(store, job, jobStream(jobId));
    if (state.status === 'NONE' || state.ownerId !== userId) return null;
    return {
      jobId,
      status: state.status,
      failureClass: state.status === 'FAILED' ? state.failureClass : null,
    };
  },
  async keep({ ticketId, userId }, text) {
    const bytes = Buffer.from(await texts.seal(userId, text), 'utf8');
    const { artifactId, expiresAt } = await artifacts.put({
      ...{ jobId: ticketId, kind: 'CONTEXT', bytes, now: new Date() },
    });
    return { artifactId, expiresAt };
  },
});

const GONE: ReadonlySet<string> = new Set(['ARTIFACT_NOT_FOUND', 'ARTIFACT_EXPIRED']);

/** Where tickets go: `address` null: nowhere, they are looked up. */
export const supportDesk = (
  address: string | null,
  {
    mailer,
    artifacts,
    texts,
  }: Readonly<{
    mailer: Mailer;
    artifacts: Pick<ArtifactStore, 'get'>;
    texts: Pick<PersonalTexts, 'open'>;
  }>,
): SupportDesk => ({
  send: address === null ? null : (mail) => mailer.send({ to: address, ...mail }),
  async wordsOf({ ticketId, userId, artifactId }) {
    try {
      const kept = Buffer.from(await artifacts.get({ jobId: ticketId, artifactId })).toString('utf8');
      const words = texts.open(kept, userId);
      return words === ERASED ? null : words;
    } catch (error) {
      if (isRejection(error) && GONE.has(error.code)) return null;
      throw error;
    }
  },
});
