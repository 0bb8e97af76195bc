import { withoutSecrets } from '../workspace/redact.ts';
import type { Snapshots } from './snapshots.ts';

/** The reason, in a snapshot file, of a case that is left because what it records holds a secret. */
const HOLDS_A_SECRET = 'SECRET';

type Case = Readonly<{ id: string; call: string; text: string }>;

/** All that would be written of a case: as it is and as JSON, because a format may show in only one of them. */
const asLines = ({ call, text }: Case): string => [call, text, JSON.stringify(text)].join('\n');

/**
 * What has to be left because it holds a secret (CTX-02): results never leave this machine then, and neither does a call
 * or a reason that quotes one. Answered in the shape of `left`, so that the case is set aside before anything is locked.
 */
export const leftForSecrets = async (recordings: readonly Snapshots[]): Promise<Snapshots['left']> => {
  const results = recordings.flatMap((recording) =>
    Object.entries(recording.results).map(([id, { call, result, found }]) => ({
      id,
      call,
      text: found === undefined ? result : `${result}\n${JSON.stringify(found)}`,
    })),
  );
  const left = recordings.flatMap((recording) =>
    Object.entries(recording.left).map(([id, { call, why }]) => ({ id, call, text: why })),
  );
  const cases: readonly Case[] = [...results, ...left];
  const [texts, calls] = [
    await withoutSecrets(cases.map(asLines)),
    await withoutSecrets(cases.map(({ call }) => call)),
  ];
  return Object.fromEntries(
    cases.flatMap((one, index) =>
      texts[index] === asLines(one)
        ? []
        : [[one.id, { call: calls[index] === one.call ? one.call : one.id, why: HOLDS_A_SECRET }] as const],
    ),
  );
};
