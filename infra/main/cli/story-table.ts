import { styleText } from 'node:util';
import type { Json } from '../../../domain/kernel/message.ts';
import { printableLine } from '../../../domain/kernel/printable.ts';
import type { JobStory } from '../../../read-api/kernel/audit.ts';

const GIST_WIDTH = 96;
/** Repeated on every line, or too long to say anything on one. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'job_id',
  'owner_id',
  'user_id',
  'at',
  'base_hashes',
  'locked_hashes',
  'specification',
]);

const short = (value: Json): string => {
  if (value === null) return '-';
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object') {
    const artifact = 'artifact_id' in value && 'kind' in value;
    if (artifact) return `${String(value['kind'])} ${String(value['artifact_id']).slice(0, 8)}`;
    return `{${Object.entries(value)
      .slice(0, 3)
      .map(([key, member]) => `${key}:${short(member)}`)
      .join(' ')}}`;
  }
  return String(value).replaceAll(/\s+/g, ' ');
};

/** The fields of an event in one short line. */
export const gist = (data: Json, leftOut: ReadonlySet<string> = LEFT_OUT): string => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return '';
  const text = Object.entries(data)
    .filter(([key]) => !leftOut.has(key))
    .map(([key, value]) => `${key}=${short(value)}`)
    .join(' ');
  return text.length > GIST_WIDTH ? `${text.slice(0, GIST_WIDTH - 1)}…` : text;
};

/** Told apart only where a person looks at it. */
const heading = (text: string): string => styleText('bold', text, { stream: process.stdout });

/** Columns as wide as their widest cell; the last one is free, with a rule no longer than a gist. A cell stays on its line. */
export const table = (header: readonly string[], cells: readonly (readonly string[])[]): string => {
  const rows = cells.map((row) => row.map(printableLine));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width, column) =>
    '-'.repeat(column === widths.length - 1 ? Math.min(width, GIST_WIDTH) : width),
  );
  return [heading(line(header)), line(rule), ...rows.map(line)].join('\n');
};

const field = (job: Json, name: string): string =>
  typeof job === 'object' && job !== null && !Array.isArray(job) ? short(Object(job)[name] ?? null) : '-';

/** Conditions of the proposal that the person took, by name; nothing where it had none. */
const acceptedIn = (entries: JobStory['entries']): readonly string[] =>
  entries.flatMap(({ type, data }) => {
    const accepted = type === 'ProposalSelected' ? Object(data)['accepted'] : undefined;
    return Array.isArray(accepted) ? [accepted.join(', ')] : [];
  });

/** A job's story as people read it. Ids of users are cut, as they say nothing. */
export const storyTable = ({ job, entries, charges, lines_left_out }: JobStory): string => {
  const rows = entries.map((entry) => [
    entry.position ?? '?',
    entry.recorded_at.slice(0, 23).replace('T', ' '),
    entry.type,
    entry.status ?? '',
    entry.actor.replace(/^(user|admin) (.{8}).*/, '$1 $2'),
    gist(entry.data),
  ]);
  const names = ['job_id', 'title', 'goal', 'status', 'strategy', 'tier', 'attempts', 'delivery_phase'];
  return [
    names.map((name) => `${name.padEnd(15)} ${field(job, name)}`).join('\n'),
    ...acceptedIn(entries).map((conditions) => `${'accepted'.padEnd(15)} ${conditions}`),
    '',
    table(['position', 'recorded at (UTC)', 'event', 'status after', 'actor', 'what'], rows),
    '',
    `${entries.length} events; ${charges.entries} model calls, ${charges.billable} billable, ${charges.micro_credits} micro-credits`,
    ...(lines_left_out === 0
      ? []
      : [`${lines_left_out} more lines and heartbeats: iama audit stream job-log-ID --after VERSION`]),
  ].join('\n');
};
