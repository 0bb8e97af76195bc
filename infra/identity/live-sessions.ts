import type { SessionRef } from '../../commands/identity/services.ts';
import { type SessionEvent, session, sessionStream } from '../../domain/identity/session.ts';
import { type UserEvent, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Event } from '../../domain/kernel/message.ts';

const REMEMBERED = 50_000;

type Entry = { readonly ref: SessionRef; isOver: boolean; reading: Promise<void> | null };
type Listener = Readonly<{ ref: SessionRef; end: () => void }>;

const isSessionEnd = (event: Event): event is Extract<SessionEvent, { type: 'SessionEnded' }> =>
  event.type === 'SessionEnded';

type Revocation = Extract<UserEvent, { data: { generation: number } }>;
const REVOCATIONS: ReadonlySet<string> = new Set<Revocation['type']>([
  'PasswordChanged',
  'SessionsRevoked',
  'AccountProven',
  'AccountDeleted',
]);
const isRevocation = (event: Event): event is Revocation => REVOCATIONS.has(event.type);

/**
 * Which sessions are over, in this process. The first time a session is seen its streams are read; from then on the tail of
 * the log says when it ends, so that a token of an ended session is worth nothing within moments, and not at its expiry
 * (ID-10).
 */
export class LiveSessions {
  readonly #store: Pick<StreamStore, 'read'>;
  #entries = new Map<string, Entry>();
  readonly #listeners = new Set<Listener>();

  constructor(store: Pick<StreamStore, 'read'>) {
    this.#store = store;
  }

  /** Throws what the store throws: who cannot be looked up is not let in. */
  async isLive(ref: SessionRef): Promise<boolean> {
    const entry = this.#entries.get(ref.sessionId) ?? this.#look(ref);
    if (entry.reading !== null) await entry.reading;
    const isSame = entry.ref.userId === ref.userId && entry.ref.generation === ref.generation;
    return isSame && !entry.isOver;
  }

  /** Every event of the log, in order. */
  observe(event: Event): void {
    if (isSessionEnd(event)) this.#end((ref) => ref.sessionId === event.data.sessionId);
    else if (isRevocation(event)) {
      const { userId, generation } = event.data;
      this.#end((ref) => ref.userId === userId && ref.generation < generation);
    }
  }

  /** Calls `end` once when the session is over, also when it is already. Gives the function that stops listening. */
  onEnd(ref: SessionRef, end: () => void): () => void {
    const listener = { ref, end };
    this.#listeners.add(listener);
    if (this.#entries.get(ref.sessionId)?.isOver === true) this.#tell(listener);
    return () => this.#listeners.delete(listener);
  }

  #look(ref: SessionRef): Entry {
    // Those who listen stay known by themselves; everybody else is read again.
    if (this.#entries.size >= REMEMBERED) this.#entries = new Map();
    const entry: Entry = { ref, isOver: false, reading: null };
    this.#entries.set(ref.sessionId, entry);
    entry.reading = this.#isLiveInLog(ref).then(
      (isLive) => {
        // An end that the tail told of meanwhile stays.
        entry.isOver ||= !isLive;
        entry.reading = null;
      },
      (error: unknown) => {
        this.#entries.delete(ref.sessionId);
        throw error;
      },
    );
    return entry;
  }

  async #isLiveInLog(ref: SessionRef): Promise<boolean> {
    const [ofSession, ofUser] = await Promise.all([
      this.#store.read<SessionEvent>(sessionStream(ref.sessionId)),
      this.#store.read<UserEvent>(userStream(ref.userId)),
    ]);
    const opened = fold(session, ofSession.events);
    const owner = fold(user, ofUser.events);
    return (
      opened.status === 'OPEN' &&
      opened.userId === ref.userId &&
      owner.status === 'REGISTERED' &&
      owner.generation === ref.generation
    );
  }

  #end(isMeant: (ref: SessionRef) => boolean): void {
    for (const entry of this.#entries.values()) if (isMeant(entry.ref)) entry.isOver = true;
    for (const listener of this.#listeners) if (isMeant(listener.ref)) this.#tell(listener);
  }

  #tell(listener: Listener): void {
    if (this.#listeners.delete(listener)) listener.end();
  }
}
