/**
 * Looks for inputs that take the code another way than any before: changes those that did, and goes on from what it finds.
 * Bounded by counts, not by time, so that the same package gives the same cases on every machine.
 */
import { derive, sequence, textsOf } from './derive.mjs';
import { compile, nameOf, sourceOf } from './found.mjs';

const PER_SEED = 150;
const MAX_PER_SUBJECT = 8_000;
/** Alike for all: with half of it for those that had found most, semver reached 753 of 840 branches, not 762. */
const MAX_TOTAL = 12_000;
/** Of one case: values that the code compared while it ran. */
const MAX_PAIRS = 40;
const MAX_TEXTS = 400;
/** So many cases are gone on from even where all take the same way. */
const LEAST_CORPUS = 24;
const MAX_OTHERS = 3_000;
const MAX_FOUND = 250;
/**
 * A subject is given up after so many tries in a row that show nothing new: in ten packages no more than 933 came before one that
 * did, in tests that were counted no more than 2,224. Where no case comes to a decision there is nothing to go another way at.
 */
const MAX_IN_VAIN = 2_500;
const MAX_UNDECIDED = 300;

/** FNV-1a, 32 bits. */
function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

const idOf = (text) =>
  `f${hash(text).toString(16).padStart(8, '0')}${hash(`#${text}`).toString(16).slice(0, 4)}`;

/** @returns what gathers the tried cases (`note`) and then gives more to try (`subjects`) */
export function createSearch() {
  const seen = new Set();
  const subjects = new Map();

  const isNew = (marks) => {
    const news = marks.filter((mark) => !seen.has(mark));
    for (const mark of news) seen.add(mark);
    return news.length > 0;
  };

  function subjectOf(group) {
    const key = JSON.stringify([group.module, group.path]);
    if (!subjects.has(key))
      subjects.set(key, {
        group,
        corpus: [],
        others: [],
        found: [],
        texts: new Set(),
        done: new Set(),
        decides: false,
      });
    return subjects.get(key);
  }

  function learn(subject, source, { marks, pairs }) {
    const found = isNew(marks);
    subject.decides ||= marks.length > 0;
    const own = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]));
    const entry = { source, pairs: [...own.values()].slice(0, MAX_PAIRS) };
    if (found) addTo(subject, entry);
    else if (subject.others.length < MAX_OTHERS) subject.others.push(entry);
    return found;
  }

  function addTo({ corpus, texts }, entry) {
    corpus.push(entry);
    for (const text of textsOf(entry.source)) if (texts.size < MAX_TEXTS) texts.add(text);
  }

  /** Where few cases go a way of their own, some of the others are gone on from, from all parts of the plan. */
  function fill(subject) {
    const missing = LEAST_CORPUS - subject.corpus.length;
    const step = Math.max(1, subject.others.length / Math.max(1, missing));
    for (let at = 0; at < missing; at += 1) {
      const entry = subject.others[Math.floor((at + 0.5) * step)];
      if (entry !== undefined) addTo(subject, entry);
    }
  }

  return {
    /** A planned case was tried and went this way. */
    note(group, one, way) {
      if (one.form !== 'get') learn(subjectOf(group), sourceOf(one), way);
    },
    /** The subjects to go on with, each with `next()`: a new case or null at its end, and `tried(case, way or null)`. */
    subjects() {
      for (const one of subjects.values()) fill(one);
      const waiting = [...subjects.values()].filter((one) => one.corpus.length > 0);
      const wanted = waiting.map((one) => Math.min(MAX_PER_SUBJECT, one.corpus.length * PER_SEED));
      const scale = Math.min(
        1,
        MAX_TOTAL /
          Math.max(
            1,
            wanted.reduce((sum, one) => sum + one, 0),
          ),
      );
      return waiting.map((subject, at) => explorer(subject, Math.floor(wanted[at] * scale)));
    },
    /** Groups of the found cases, as the plan has them. */
    found: () =>
      [...subjects.values()]
        .filter((one) => one.found.length > 0)
        .map(({ group: { name, module, path }, found }) => ({
          name,
          module,
          path,
          category: 'found',
          keep: found.length,
          cases: found,
        })),
  };

  function explorer(subject, budget) {
    const { group, found } = subject;
    const next = sequence(hash(`${group.module}#${group.path.join('.')}`));
    let left = budget;
    let inVain = 0;
    const isHopeless = () => inVain >= (subject.decides ? MAX_IN_VAIN : MAX_UNDECIDED);
    return {
      group,
      next() {
        while (left > 0 && found.length < MAX_FOUND && !isHopeless()) {
          left -= 1;
          inVain += 1;
          const made = caseFrom(subject, next);
          if (made !== null) return made;
        }
        return null;
      },
      tried(one, way) {
        if (way === null || !learn(subject, one.found.source, way)) return;
        found.push(one);
        inVain = 0;
      },
    };
  }

  /** A case derived from one that was tried; null when it is an old one or no JavaScript. */
  function caseFrom({ group: { name, module, path }, corpus, texts, done }, next) {
    // The later a case was found, the less has been made of it.
    const back = Math.floor(corpus.length * ((next() % 1_000) / 1_000) ** 2);
    const parent = corpus[corpus.length - 1 - back];
    const other = corpus[next() % corpus.length];
    const source = derive(parent.source, other.source, { pairs: parent.pairs, texts: [...texts], next });
    const text = JSON.stringify(source);
    if (done.has(text)) return null;
    done.add(text);
    try {
      const found = { name, module, path, source };
      return { id: idOf(text), name: nameOf({ name }, source), found, ...compile(source) };
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}
