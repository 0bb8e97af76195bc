import type { LogReader, StreamStore } from '../../../domain/kernel/event-store.ts';
import type { DecisionDifference, FieldDifference, WhatIfAnswer } from '../../../read-api/kernel/audit.ts';
import { deciderOfStream } from '../../operations/audit/stream-deciders.ts';
import { whatIf } from '../../operations/audit/what-if/what-if.ts';
import { table } from './story-table.ts';

const PAGE = 1_000;

/** Every stream of the log that rules decide, in the order of their beginning. */
export const whatIfAll = async (
  log: Pick<LogReader, 'readLog'> & Pick<StreamStore, 'read'>,
): Promise<readonly WhatIfAnswer[]> => {
  const streams = new Set<string>();
  for (let after = 0n; ; ) {
    const events = await log.readLog({ after, limit: PAGE });
    for (const { metadata } of events)
      if (deciderOfStream(metadata.streamName) !== null) streams.add(metadata.streamName);
    const last = events.at(-1);
    if (last === undefined) break;
    after = last.metadata.globalPosition;
  }
  const answers: WhatIfAnswer[] = [];
  for (const stream of streams) answers.push(await whatIf(log, stream));
  return answers;
};

const fieldLine =
  (of: string) =>
  ({ field, recorded, decided }: FieldDifference): string =>
    `  ${of} ${field}: recorded ${recorded ?? '-'}, decided ${decided ?? '-'}`;

const differenceText = (stream: string, each: DecisionDifference): string =>
  [
    `${stream} version ${each.version}, position ${each.position ?? '?'}, ${each.recorded_at.slice(0, 19)}: ${each.kind}`,
    ...(each.command === null ? [] : [`  command   ${each.command}`]),
    ...(each.reason === null
      ? []
      : [`  reason    ${each.reason}${each.code === null ? '' : ` [${each.code}]`}`]),
    `  recorded  ${each.recorded.join(', ')}`,
    `  decided   ${each.decided.join(', ') || 'nothing'}`,
    ...each.fields.map(fieldLine('event')),
    ...each.state.map(fieldLine('state')),
  ].join('\n');

const sumOf = (answers: readonly WhatIfAnswer[], countOf: (answer: WhatIfAnswer) => number): number =>
  answers.reduce((sum, answer) => sum + countOf(answer), 0);

const countOf = (parts: readonly Readonly<{ decisions: number }>[]): number =>
  parts.reduce((sum, { decisions }) => sum + decisions, 0);

/** The same reason, of all streams together. */
const together = (said: readonly Readonly<{ decisions: number; text: string }>[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { text, decisions } of said) counts.set(text, (counts.get(text) ?? 0) + decisions);
  return [...counts].map(([text, decisions]) => `  ${decisions}  ${text}`);
};

const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

export const whatIfText = (answers: readonly WhatIfAnswer[]): string => {
  const rows = answers.map((answer) => [
    answer.stream,
    String(answer.events),
    String(answer.decisions),
    String(answer.same),
    String(countOf(answer.not_decidable)),
    String(answer.different),
  ]);
  const header = ['stream', 'events', 'decisions', 'same', 'not decidable', 'different'];
  const undecidable = answers.flatMap(({ not_decidable }) =>
    not_decidable.map(({ type, why, decisions }) => ({ text: `${type}: ${why}`, decisions })),
  );
  const assumed = answers.flatMap((answer) =>
    answer.assumed.map(({ what, decisions }) => ({ text: what, decisions })),
  );
  const differences = answers.flatMap(({ stream, differences: found }) =>
    found.flatMap((each) => ['', differenceText(stream, each)]),
  );
  const different = sumOf(answers, (answer) => answer.different);
  return [
    table(header, rows),
    ...differences,
    ...part('Not decidable, because the log does not tell what was asked for:', together(undecidable)),
    ...part(
      'Decided with something that the log does not hold, taken as it must have been:',
      together(assumed),
    ),
    '',
    `${sumOf(answers, ({ decisions }) => decisions)} decisions, ${different} that today's rules would take otherwise`,
  ].join('\n');
};
