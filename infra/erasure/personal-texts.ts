import { ERASED, type PersonalTexts, SEALED } from '../../domain/kernel/personal.ts';
import { mayHoldSealed, openString, sealedFor, sealString } from './sealed-string.ts';
import type { HeldKey, SubjectKeys } from './subject-keys.ts';

const stringsIn = (value: unknown, found: Set<string>): void => {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) stringsIn(member, found);
};

const replaced = (value: unknown, by: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return by.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, by)]));
};

export const personalTexts = (keys: Pick<SubjectKeys, 'existing' | 'keyOf'>): PersonalTexts => ({
  open<T>(value: T, subject?: string): T {
    const texts = new Set<string>();
    stringsIn(value, texts);
    const opened = new Map<string, string>();
    const known = new Map<string, HeldKey>();
    for (const text of texts) {
      const whose = sealedFor(text);
      if (whose === null || (subject !== undefined && whose !== subject)) continue;
      const key = known.get(whose) ?? keys.existing(whose);
      known.set(whose, key);
      const plain = typeof key === 'string' ? null : openString(key, whose, text);
      opened.set(text, plain ?? (key === 'DESTROYED' ? ERASED : SEALED));
    }
    return opened.size === 0 ? value : (replaced(value, opened) as T);
  },
  async seal(subject, text) {
    const key = await keys.keyOf(subject);
    return key === null ? ERASED : sealString(key, subject, text);
  },
});

/** The answer as JSON text, with what `open` opens. */
export const openedJson = (texts: PersonalTexts, answer: unknown, subject?: string): string => {
  const json = JSON.stringify(answer);
  return mayHoldSealed(json) ? JSON.stringify(texts.open(answer, subject)) : json;
};
