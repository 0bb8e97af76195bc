/** Which events a result tells, and with what: it is listened to for the events that the code names. */
import ts from 'typescript';
import { stringLiteral } from './constants.ts';
import { walk } from './program.ts';
import type { Row } from './rows.ts';

export type EventStep = Readonly<{ member: null; form: 'events'; args: Row; observe: boolean }>;

/** What tells an event of the name that it is given first. */
const TELLING = new Set(['emit', 'trigger', 'fire']);
const EVENT_CLASS = /^(?:Custom)?Event$/;
const MAX_EVENTS = 16;

function eventOf(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return null;
  const [first] = node.arguments ?? [];
  if (first === undefined || !ts.isStringLiteralLike(first)) return null;
  const { expression } = node;
  const isTold = ts.isCallExpression(node)
    ? ts.isPropertyAccessExpression(expression) && TELLING.has(expression.name.text)
    : ts.isIdentifier(expression) && EVENT_CLASS.test(expression.text);
  return isTold ? first.text : null;
}

/** The names of the events that these sources tell, in the order in which they stand there. */
export function eventsOf(files: readonly ts.SourceFile[]): readonly string[] {
  const found = new Set<string>();
  for (const file of files)
    walk(file, (node) => {
      for (const one of [eventOf(node), ...chosen(node)]) if (one !== null) found.add(one);
    });
  return [...found].slice(0, MAX_EVENTS);
}

/** Both names of `emit(ok ? 'ready' : 'failed')`. */
function chosen(node: ts.Node): readonly string[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const [first] = node.arguments;
  if (!TELLING.has(node.expression.name.text) || first === undefined || !ts.isConditionalExpression(first))
    return [];
  return [first.whenTrue, first.whenFalse].filter(ts.isStringLiteralLike).map((one) => one.text);
}

/**
 * The drafts with somebody who listens to their result from the beginning: to all events, and in every third without one
 * for errors, which an emitter throws then.
 */
export function heard<Draft extends Readonly<{ steps: readonly unknown[] }>>(
  drafts: readonly Draft[],
  events: readonly string[],
): readonly (Omit<Draft, 'steps'> & Readonly<{ steps: readonly (Draft['steps'][number] | EventStep)[] }>)[] {
  const withoutErrors = events.filter((one) => one !== 'error');
  return drafts.map((draft, at) => {
    const names = at % 3 === 2 && withoutErrors.length > 0 ? withoutErrors : events;
    const isDeaf = at % 3 === 2 && withoutErrors.length === 0;
    const step: EventStep = { member: null, form: 'events', args: names.map(stringLiteral), observe: false };
    return { ...draft, steps: isDeaf ? draft.steps : [step, ...draft.steps] };
  });
}
