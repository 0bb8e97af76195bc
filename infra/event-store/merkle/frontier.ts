import { EMPTY_ROOT, nodeHash } from './hashing.ts';

/**
 * The right edge of a growing tree: one hash for each complete subtree, largest first. Rebuilds a tree of any size in
 * memory that grows with its height only.
 */
export class Frontier {
  readonly #subtrees: { leaves: number; hash: Buffer }[] = [];
  readonly #onSubtree: (leaves: number, index: number, hash: Buffer) => void;
  #size = 0;

  /** `onSubtree` hears of each complete subtree of two leaves or more: its leaves, its index among those, its root. */
  constructor(onSubtree: (leaves: number, index: number, hash: Buffer) => void = () => undefined) {
    this.#onSubtree = onSubtree;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** The next subtree, of a size no larger than the one before, unless that has merged up to it. */
  push(hash: Buffer, leaves = 1): void {
    this.#size += leaves;
    let top = { leaves, hash };
    for (;;) {
      const left = this.#subtrees.at(-1);
      if (left?.leaves !== top.leaves) break;
      this.#subtrees.pop();
      top = { leaves: 2 * top.leaves, hash: nodeHash(left.hash, top.hash) };
      this.#onSubtree(top.leaves, this.#size / top.leaves - 1, top.hash);
    }
    this.#subtrees.push(top);
  }

  root(): Buffer {
    const [smallest, ...larger] = this.#subtrees.toReversed();
    if (smallest === undefined) return EMPTY_ROOT;
    return larger.reduce((right, left) => nodeHash(left.hash, right), smallest.hash);
  }
}
