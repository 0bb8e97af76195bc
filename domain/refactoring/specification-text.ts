import type { BddItem, SddItem, Specification } from './job/values.ts';

/**
 * Items of a specification from sentences that say outright what they are (SPC-02): behaviour as Given, When, Then (on one
 * line or several, with And and But), and statements that begin with Structure, Types or Dependencies. Everything else
 * needs somebody who understands it, and is given back as it was.
 */

export type ConvertedText = Readonly<{
  bdd: readonly Omit<BddItem, 'id'>[];
  sdd: readonly Omit<SddItem, 'id'>[];
  unconverted: readonly string[];
}>;

type Clause = 'given' | 'when' | 'then';
type Step = Readonly<{ clause: Clause | 'and'; text: string }>;

const TOPICS: Readonly<Record<string, SddItem['topic']>> = {
  structure: 'STRUCTURE',
  type: 'TYPES',
  types: 'TYPES',
  dependency: 'DEPENDENCIES',
  dependencies: 'DEPENDENCIES',
};

const STATEMENT = /^(structure|types?|dependency|dependencies)\s*:\s*(\S.*)$/iu;
const STEP = /^(given|when|then|and|but)\b[\s:,]*(\S.*)$/iu;
/** A title is no behaviour, and nothing is lost without it. */
const TITLE = /^(?:feature|scenario|example|background)\b[^:]*:/iu;
/** Where the next clause of a sentence on one line begins. */
const NEXT_CLAUSE = /[\s,;.]+(?=(?:when|then)\b)/iu;
const BULLET = /^(?:[-*•]|\d+[.)])\s+/u;

const tidy = (text: string): string => text.trim().replace(/[\s,;.]+$/u, '');

const isClause = (word: string): word is Clause => word === 'given' || word === 'when' || word === 'then';

const stepOf = (part: string): Step | null => {
  const [, word = '', text = ''] = STEP.exec(part) ?? [];
  const clause = word.toLowerCase();
  if (clause === '' || tidy(text) === '') return null;
  return { clause: isClause(clause) ? clause : 'and', text: tidy(text) };
};

/** The steps of one line; null: the line is not made of steps. */
const stepsOf = (line: string): readonly Step[] | null => {
  const steps = line.split(NEXT_CLAUSE).map(stepOf);
  return steps.every((step) => step !== null) ? steps : null;
};

const ORDER: readonly Clause[] = ['given', 'when', 'then'];

/** The item that the steps make: each clause once and in order, `and` added to the clause before it. */
const itemOf = (steps: readonly Step[]): Omit<BddItem, 'id'> | null => {
  const clauses: { clause: Clause; text: string }[] = [];
  for (const { clause, text } of steps) {
    const last = clauses.at(-1);
    if (clause !== 'and') clauses.push({ clause, text });
    else if (last === undefined) return null;
    else last.text = `${last.text} and ${text}`;
  }
  const [given, when, then] = clauses;
  const inOrder = clauses.length === 3 && clauses.every(({ clause }, index) => clause === ORDER[index]);
  if (!inOrder || !given || !when || !then) return null;
  return { given: given.text, when: when.text, then: then.text };
};

export const itemsFromText = (text: string): ConvertedText => {
  const bdd: Omit<BddItem, 'id'>[] = [];
  const sdd: Omit<SddItem, 'id'>[] = [];
  const unconverted: string[] = [];
  let open: { steps: Step[]; lines: string[] } = { steps: [], lines: [] };
  const close = (): void => {
    const item = itemOf(open.steps);
    if (item !== null) bdd.push(item);
    else unconverted.push(...open.lines);
    open = { steps: [], lines: [] };
  };
  for (const raw of text.split(/\r\n|\n|\r/u)) {
    const line = raw.trim().replace(BULLET, '');
    const steps = stepsOf(line);
    if (steps !== null) {
      if (steps[0]?.clause === 'given') close();
      open.steps.push(...steps);
      open.lines.push(line);
      continue;
    }
    close();
    const [, topic = '', statement = ''] = STATEMENT.exec(line) ?? [];
    const known = TOPICS[topic.toLowerCase()];
    if (known !== undefined) sdd.push({ topic: known, statement: statement.trim() });
    else if (line !== '' && !TITLE.test(line)) unconverted.push(line);
  }
  close();
  return { bdd, sdd, unconverted };
};

/** Ids that no item has yet, counted on: `bdd-7` after `bdd-6`. */
const withIds = <Item extends object>(
  prefix: 'bdd' | 'sdd',
  taken: readonly Readonly<{ id: string }>[],
  items: readonly Item[],
): readonly (Item & Readonly<{ id: string }>)[] => {
  const numbers = taken.map(({ id }) => Number(/^(?:bdd|sdd)-(\d{1,9})$/u.exec(id)?.[1] ?? 0));
  const next = Math.max(0, ...numbers) + 1;
  return items.map((item, index) => ({ id: `${prefix}-${next + index}`, ...item }));
};

const sameBehaviour = (a: Omit<BddItem, 'id'>, b: Omit<BddItem, 'id'>): boolean =>
  a.given === b.given && a.when === b.when && a.then === b.then;
const sameStatement = (a: Omit<SddItem, 'id'>, b: Omit<SddItem, 'id'>): boolean =>
  a.topic === b.topic && a.statement === b.statement;

/** What is neither known nor said before. */
const unknown = <Item extends object>(
  items: readonly Item[],
  known: readonly Item[],
  isSame: (a: Item, b: Item) => boolean,
): readonly Item[] =>
  items.filter((item, index) => ![...known, ...items.slice(0, index)].some((before) => isSame(before, item)));

/** The items that the specification does not have yet, with ids of their own. */
export const addedItems = (current: Specification, { bdd, sdd }: ConvertedText): Specification => ({
  bdd: withIds('bdd', current.bdd, unknown(bdd, current.bdd, sameBehaviour)),
  sdd: withIds('sdd', current.sdd, unknown(sdd, current.sdd, sameStatement)),
});
