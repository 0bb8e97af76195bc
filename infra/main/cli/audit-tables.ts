import type { AuditedEvent, AuditedStep } from '../../../read-api/kernel/audit.ts';
import { gist, table } from './story-table.ts';

/** Shown beside, or too long to say anything on one line. */
const LEFT_OUT: ReadonlySet<string> = new Set(['at', 'by', 'job_id', 'specification']);

const time = (recordedAt: string): string => recordedAt.slice(0, 23).replace('T', ' ');

const actorText = ({ actor: { type, id } }: AuditedEvent): string => `${type} ${id}`;

export const eventsTable = (events: readonly AuditedEvent[]): string =>
  events.length === 0
    ? 'No such event.'
    : table(
        ['position', 'recorded at (UTC)', 'event', 'actor', 'stream', 'what'],
        events.map((event) => [
          String(event.position ?? '?'),
          time(event.recorded_at),
          event.type,
          actorText(event),
          event.stream,
          gist(event.data, LEFT_OUT),
        ]),
      );

type Page = Readonly<{ steps: readonly AuditedStep[]; next_after: number | null }>;

const stateLine = ({ version, state }: AuditedStep): string => `${version}  ${JSON.stringify(state)}`;

const storedLines = (steps: readonly AuditedStep[]): readonly string[] => {
  const other = steps.filter(({ stored }) => stored !== null);
  const lines = other.map((step) => `${step.version}  v${step.schema_version} ${step.stored}`);
  return lines.length === 0 ? [] : ['', 'Stored in another form:', ...lines];
};

export const stepsTable = ({ steps, next_after }: Page, withStates: boolean): string =>
  [
    table(
      ['version', 'position', 'recorded at (UTC)', 'event', 'actor', 'what'],
      steps.map((step) => [
        String(step.version),
        String(step.position ?? '?'),
        time(step.recorded_at),
        step.type,
        actorText(step),
        gist(step.data, LEFT_OUT),
      ]),
    ),
    ...(withStates ? ['', 'State after each:', ...steps.map(stateLine)] : []),
    ...storedLines(steps),
    ...(next_after === null ? [] : ['', `There are more: --after ${next_after}`]),
  ].join('\n');

/** A stream at a moment. */
export const stepText = (step: AuditedStep | null): string =>
  step === null
    ? 'There was no event yet.'
    : [
        `version    ${step.version}`,
        `position   ${step.position ?? 'not sequenced yet'}`,
        `recorded   ${time(step.recorded_at)} UTC`,
        `event      ${step.type}, by ${actorText(step)}`,
        ...(step.stored === null ? [] : [`stored     v${step.schema_version} ${step.stored}`]),
        '',
        JSON.stringify(step.state, null, 2),
      ].join('\n');
