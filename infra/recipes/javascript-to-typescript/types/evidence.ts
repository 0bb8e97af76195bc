import type ts from 'typescript';

/** What the code does with a value: the ground on which its type is inferred. */
export type Evidence = {
  /** Results of `typeof` that the code lets through. */
  readonly guards: Set<string>;
  /** Classes it is tested against. */
  readonly classes: Map<string, ts.Type>;
  /** Types that places it goes to ask for. */
  readonly wanted: Map<string, ts.Type>;
  /** Types of values put into it. */
  readonly given: Map<string, ts.Type | null>;
  /** A value of which nothing is known is put into it. */
  givenUnknown: boolean;
  readonly properties: Map<string, Evidence>;
  /** Argument lists with which it is called; null marks an argument of unknown type. */
  readonly calls: (string | null)[][];
  result: Evidence | null;
  constructed: boolean;
  /** A class extends it. */
  isBase: boolean;
  element: Evidence | null;
  /** What `forEach` hands on beside each element, where that is used: the number of it in a list, the key in a map. */
  index: Evidence | null;
  entry: Evidence | null;
  /** One entry is read or put in under a key from elsewhere: what other entries hold is not known. */
  picked: boolean;
  /** It is the name of an entry of an object that is no list. */
  key: boolean;
  /** Callers from outside may give other names than texts. */
  isOpenKey: boolean;
  /** It is a parameter where it is such a name. */
  keyAsGiven: boolean;
  isArray: boolean;
  /** It is asked whether it is a list, and coped with when it is none. */
  otherThanArray: boolean;
  iterated: boolean;
  /** A text written out is looked for in it. */
  searched: boolean;
  /** Parameters of functions that it is handed to. */
  readonly handedTo: Set<ts.Symbol>;
  /** A function gives it back as it is. */
  returned: boolean;
  arithmetic: boolean;
  /** Used as text or in a test, which any value allows. */
  free: boolean;
  tested: boolean;
  nullable: boolean;
  undefinable: boolean;
  written: boolean;
  /** A property that is written to before it is read. */
  replaced: boolean;
  /** Something is done with it, and not only something put into it. */
  read: boolean;
  /** Turned into text or written out, which any value allows, outside an error message. */
  stringified: boolean;
  /** A value of another type is refused with a throw. */
  required: boolean;
  /** Its kind is looked at and any is coped with. */
  checked: boolean;
  /** What is no object is given back as it is. */
  passed: boolean;
  /** Made into text under its own name before any other use. */
  coerced: boolean;
  /** Handed on, or copied, to where nothing is known of what is read from it. */
  escapes: boolean;
};

export const noEvidence = (): Evidence => ({
  guards: new Set(),
  classes: new Map(),
  wanted: new Map(),
  given: new Map(),
  givenUnknown: false,
  properties: new Map(),
  calls: [],
  result: null,
  constructed: false,
  isBase: false,
  element: null,
  index: null,
  entry: null,
  picked: false,
  key: false,
  isOpenKey: false,
  keyAsGiven: false,
  isArray: false,
  otherThanArray: false,
  iterated: false,
  searched: false,
  handedTo: new Set(),
  returned: false,
  arithmetic: false,
  free: false,
  tested: false,
  nullable: false,
  undefinable: false,
  written: false,
  replaced: false,
  read: false,
  stringified: false,
  required: false,
  checked: false,
  passed: false,
  coerced: false,
  escapes: false,
});

/** The evidence about one property, made where there is none yet. */
export const partOf = (evidence: Evidence, name: string): Evidence => {
  const known = evidence.properties.get(name);
  if (known !== undefined) return known;
  const made = noEvidence();
  evidence.properties.set(name, made);
  return made;
};
