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
  #marks: { from: number; to: number; at: number }[] = [];

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
    this.#edits.set(edit.key, edit);
  }

  drop(key: string): void {
    this.#edits.delete(key);
  }

  /** Renders all edits; call after a batch of `put` and `drop`. Returns whether the text changed. */
  render(): boolean {
    const insertions = [...this.#edits.values()].flatMap((edit) => edit.insertions).sort(byPlace);
    const before = this.#text;
    let text = '';
    let last = 0;
    this.#marks = [];
    for (const insertion of insertions) {
      text += this.original.slice(last, insertion.at);
      last = insertion.at;
      this.#marks.push({ from: text.length, to: text.length + insertion.text.length, at: insertion.at });
      text += insertion.text;
    }
    this.#text = text + this.original.slice(last);
    return this.#text !== before;
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

/** An annotation, definite mark or optional mark written right after a name. */
export const plainEdit = (key: string, at: number, text: string, weight = 0): Edit => ({
  key,
  weight,
  insertions: [{ at, text, side: 'plain', span: 0 }],
});

/** `(expression as T)`; `tail` is what follows the expression, for example ` as T`. */
export const wrapEdit = (
  key: string,
  start: number,
  end: number,
  tail: string,
  weight: number,
  lead = '',
): Edit => ({
  key,
  weight,
  insertions: [
    { at: start, text: `${lead}(`, side: 'open', span: end - start },
    { at: end, text: `${tail})`, side: 'close', span: end - start },
  ],
});
