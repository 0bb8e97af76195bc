import type { KeyObject } from 'node:crypto';
import type { NewEvent, StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import { ERASED, type PersonalFields } from '../../domain/kernel/personal.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { changedTexts, PERSONAL_FIELDS } from './personal-fields.ts';
import { openString, sealString } from './sealed-string.ts';
import type { SubjectKeys } from './subject-keys.ts';

const MAX_OWNERS = 10_000;

/**
 * Seals the personal texts of what is about to be stored. What a state holds sealed already stays; whatever else looks
 * sealed is taken for the text that it is. For an erased person `ERASED` is stored. Appends without such texts are given back
 * as they are, at once.
 */
export const sealing = (
  stored: Pick<StreamStore, 'read'>,
  keys: Pick<SubjectKeys, 'keyOf'>,
): ((appends: readonly StreamAppend[]) => readonly StreamAppend[] | Promise<readonly StreamAppend[]>) => {
  /** Who owns a job never changes. */
  const owners = new Map<string, string>();
  const ownerOf = async (jobId: string): Promise<string | null> => {
    const known = owners.get(jobId);
    if (known !== undefined) return known;
    const { events } = await stored.read(jobStream(jobId), { from: 1n, maxCount: 1 });
    const owner = events[0]?.data['ownerId'];
    if (typeof owner !== 'string') return null;
    if (owners.size >= MAX_OWNERS) owners.clear();
    owners.set(jobId, owner);
    return owner;
  };
  const subjectOf = async ({ of }: PersonalFields, data: NewEvent['data']): Promise<string | null> => {
    const named = data[of];
    if (typeof named !== 'string') return null;
    return of === 'jobId' ? ownerOf(named) : named;
  };
  const sealed = async (event: NewEvent, held: Map<string, KeyObject | null>): Promise<NewEvent> => {
    const personal = PERSONAL_FIELDS.get(event.type);
    if (personal === undefined || personal.when?.(event.data) === false) return event;
    const subject = await subjectOf(personal, event.data);
    // Of nobody: a line of a job that was never requested.
    if (subject === null) return event;
    const key = held.get(subject) ?? (await keys.keyOf(subject));
    held.set(subject, key);
    const change = (text: string): string => {
      if (key === null) return ERASED;
      return openString(key, subject, text) === null ? sealString(key, subject, text) : text;
    };
    return { ...event, data: changedTexts(event.data, personal.fields, change) };
  };
  const allSealed = async (appends: readonly StreamAppend[]): Promise<readonly StreamAppend[]> => {
    const held = new Map<string, KeyObject | null>();
    const all: StreamAppend[] = [];
    for (const append of appends) {
      const events: NewEvent[] = [];
      for (const event of append.events) events.push(await sealed(event, held));
      all.push({ ...append, events });
    }
    return all;
  };
  return (appends) =>
    appends.some(({ events }) => events.some(({ type }) => PERSONAL_FIELDS.has(type)))
      ? allSealed(appends)
      : appends;
};
