/**
 * Type-level insertions into one file, kept against positions of the untouched text. Because nothing is ever deleted,
 * any one of them can be replaced or taken back without disturbing the others.
 */

export type Insertion = Readonly<{
  at: number;
  text: string;
  /** `close` ends an expression that began earlier, `open` begins one, `plain` stands by itself. */
  side: 'close' | 'plain' | 'open';
  /** Length of the wrapped expression; settles nesting when several begin or end at one place. */
  span: number;
}>;

export type Edit = Readonly<{
  key: string;
  insertions: readonly Insertion[];
  /** Higher weights are less precise; a repair may only replace an edit by one of at least its weight. */
  weight: number;
}>;

/** Ends the statement before, where a line would otherwise begin with a bracket and be read as its continuation. */
const SEPARATOR = ';';

const SIDES = { close: 0, plain: 1, open: 2 } as const;

const byPlace = (a: Insertion, b: Insertion): number => {
  if (a.at !== b.at) return a.at - b.at;
  if (a.side !== b.side) return SIDES[a.side] - SIDES[b.side];
  return a.side === 'open' ? b.span - a.span : a.span - b.span;
};

export class EditBook {
  readonly original: string;
  readonly #edits = new Map<string, Edit>();
  #text: string;
  /** Pairs of (position in the edited text after an insertion, position in the original). */
  #marks: { from: number; to: number; at: number; key: string; opens: boolean }[] = [];
  readonly #refused = new Set<string>();

  constructor(original: string) {
    this.original = original;
    this.#text = original;
  }

  get text(): string {
    return this.#text;
  }

  get edits(): readonly Edit[] {
    return [...this.#edits.values()];
  }

  get(key: string): Edit | undefined {
    return this.#edits.get(key);
  }

  put(edit: Edit): void {
    if (!this.isRefused(edit)) this.#edits.set(edit.key, edit);
  }

  drop(key: string): void {
    this.#edits.delete(key);
  }

  /** Goes back to the edits that were held earlier, whatever was refused since. */
  restore(edits: readonly Edit[]): void {
    this.#edits.clear();
    for (const edit of edits) this.#edits.set(edit.key, edit);
  }

  /** Renders all edits; call after a batch of `put` and `drop`. Returns whether the text changed. */
  render(): boolean {
    const insertions = [...this.#edits.values()]
      .flatMap((edit) => edit.insertions.map((one) => ({ ...one, key: edit.key })))
      .sort(byPlace);
    const before = this.#text;
    let text = '';
    let last = 0;
    this.#marks = [];
    let separated = -1;
    for (const insertion of insertions) {
      // Several assertions may begin at one statement; it is set off from the line before once.
      if (insertion.text === SEPARATOR && separated === insertion.at) continue;
      if (insertion.text === SEPARATOR) separated = insertion.at;
      text += this.original.slice(last, insertion.at);
      last = insertion.at;
      this.#marks.push({
        from: text.length,
        to: text.length + insertion.text.length,
        at: insertion.at,
        key: insertion.key,
        opens: insertion.side === 'open',
      });
      text += insertion.text;
    }
    this.#text = text + this.original.slice(last);
    return this.#text !== before;
  }

  /** Takes an edit back for good: the same text is not accepted at that place again. */
  refuse(key: string): void {
    const edit = this.#edits.get(key);
    if (edit !== undefined) this.#refused.add(`${key} ${textOf(edit)}`);
    this.#edits.delete(key);
  }

  isRefused(edit: Edit): boolean {
    return this.#refused.has(`${edit.key} ${textOf(edit)}`);
  }

  /** Key of the edit whose type stands at a position of the rendered text; null for original text and opening brackets. */
  writerAt(position: number): string | null {
    return (
      this.#marks.find((mark) => !mark.opens && mark.from <= position && position < mark.to)?.key ?? null
    );
  }

  /** Position in the original for a position in the rendered text; inside an insertion: where it was put. */
  toOriginal(position: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const mark = this.#marks[middle];
      if (mark !== undefined && mark.from < position) low = middle + 1;
      else high = middle;
    }
    const mark = this.#marks[low - 1];
    if (mark === undefined) return position;
    return position <= mark.to ? mark.at : mark.at + (position - mark.to);
  }
}

/** All that an edit writes, as one comparable text. */
export const textOf = (edit: Edit): string => edit.insertions.map((one) => one.text).join('\u0000');

/** An annotation, definite mark or optional mark written right after a name. */
export const plainEdit = (key: string, at: number, text: string, weight = 0): Edit => ({
  key,
  weight,
  insertions: [{ at, text, side: 'plain', span: 0 }],
});

/** How an assertion opens: with a bracket or not, and set off from an unfinished line before or not. */
export type Lead = Readonly<{ bracket: boolean; separate: boolean }>;

/** `expression as T`; `tail` is what follows the expression, as ` as T`. */
export const wrapEdit = (
  key: string,
  range: readonly [number, number],
  lead: Lead,
  tail: string,
  weight: number,
): Edit => {
  const [start, end] = range;
  const span = end - start;
  const separator: Insertion = { at: start, text: SEPARATOR, side: 'open', span: Number.MAX_SAFE_INTEGER };
  return {
    key,
    weight,
    insertions: [
      ...(lead.separate ? [separator] : []),
      { at: start, text: lead.bracket ? '(' : '', side: 'open', span },
      { at: end, text: lead.bracket ? `${tail})` : tail, side: 'close', span },
    ],
  };
};
