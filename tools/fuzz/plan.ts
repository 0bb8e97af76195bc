import fc from 'fast-check';
import { FRAMINGS, type Framing } from './framing.ts';
import { BODIES, HEADERS, QUERIES, SEGMENTS, TEXTS, TWICE, VALUES } from './hostile.ts';
import { MUTATIONS, type Mutation, mutated } from './mutations.ts';
import type { Caller, Json, Operation, Parameter } from './operations.ts';
import { type Known, placeholder, valuesOf } from './schema-values.ts';
import type { Header } from './send.ts';
import { SPOILS, type Spoil } from './spoil.ts';
import { type Wild, wild } from './wild.ts';

/** A request before the words in double braces are filled in, so that it is the same in every run with the same seed. */
export type Ordinary = Readonly<{
  kind: 'ORDINARY';
  operation: string;
  method: string;
  /** Path and query. */
  target: string;
  headers: readonly Header[];
  /** Null: none. */
  body: string | null;
  /** What is done to the bytes of the body. */
  spoil: Spoil | null;
  /** How it is sent by hand; null: as a client library does. */
  framing: Framing | null;
}>;
export type Plan = Ordinary | Wild;

const WORD = /%7B%7B(\w+)%3A(\d+)%7D%7D/g;

/** As it stands in an address; half a surrogate pair as the bytes that a careless client sends. */
const encoded = (text: string): string =>
  (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80').replaceAll(WORD, '{{$1:$2}}');

const OWN: Readonly<Record<Exclude<Caller, 'NOBODY'>, string>> = {
  DEVELOPER: 'developer',
  OPERATOR: 'operator',
};

const authorization = (by: Caller): fc.Arbitrary<readonly Header[]> => {
  const bearer = (words: fc.Arbitrary<string>) =>
    words.map((word): readonly Header[] => [['authorization', `Bearer ${word}`]]);
  const others = fc.constantFrom(
    '{{stranger:0}}',
    '{{machine:0}}',
    '{{machine:1}}',
    '{{operator:1}}',
    '{{developer:0}}',
  );
  const own = by === 'NOBODY' ? fc.constant([]) : bearer(fc.constant(`{{${OWN[by]}:0}}`));
  return fc.oneof(
    { weight: 14, arbitrary: own },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: bearer(others) },
    { weight: 2, arbitrary: bearer(placeholder('forged')) },
    {
      weight: 1,
      arbitrary: bearer(
        fc.constantFrom('x', 'a.b.c', '..', 'iama_pat_', 'iama_adm_', 'x'.repeat(9_000), '\u00ff'),
      ),
    },
  );
};

const targets = ({ path, query }: Operation, known: Known): fc.Arbitrary<string> => {
  const parts = path.split('/').map((part): fc.Arbitrary<string> => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    return fc.oneof(
      { weight: 8, arbitrary: placeholder(name) },
      { weight: 1, arbitrary: fc.constantFrom(...SEGMENTS) },
      { weight: 1, arbitrary: fc.uuid() },
    );
  });
  const given = ({ name, required, schema }: Parameter): fc.Arbitrary<readonly string[]> => {
    const pair = (text: string): readonly string[] => [`${name}=${text}`];
    const allowed = valuesOf(schema, known, name).map((value) =>
      pair(encoded(typeof value === 'string' ? value : JSON.stringify(value))),
    );
    return fc.oneof(
      { weight: required ? 6 : 3, arbitrary: allowed },
      { weight: required ? 1 : 4, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.constantFrom(...TEXTS).map((text) => pair(encoded(text))) },
      { weight: 1, arbitrary: fc.constantFrom(...SEGMENTS).map(pair) },
      { weight: 1, arbitrary: fc.tuple(allowed, allowed).map((both) => both.flat()) },
      { weight: 1, arbitrary: allowed.map((pairs) => pairs.map((each) => each.replace('=', '[]='))) },
    );
  };
  const extra = fc.oneof(
    { weight: 20, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...QUERIES).map((each) => [each]),
    },
  );
  return fc.tuple(fc.tuple(...parts), fc.tuple(...query.map(given)), extra).map(([found, pairs, more]) => {
    const asked = [...pairs.flat(), ...more].join('&');
    return `${found.join('/')}${asked === '' ? '' : `?${asked}`}`;
  });
};

/** Bodies of the schema, bodies with one to three things wrong, and what is no such body at all. */
const bodies = ({ body }: Operation, known: Known): fc.Arbitrary<string | null> => {
  if (body === null)
    return fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
    );
  const allowed: fc.Arbitrary<Json> = valuesOf(body.schema, known);
  const change: fc.Arbitrary<Mutation> = fc.record({
    kind: fc.constantFrom(...MUTATIONS),
    at: fc.nat({ max: 200 }),
    name: fc.constantFrom('__proto__', 'constructor', 'extra', '', 'user_id', '\u0000', 'toString'),
    value: fc.constantFrom(...VALUES),
  });
  const changed = fc
    .tuple(allowed, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(mutated, value));
  const text = (values: fc.Arbitrary<Json>) => values.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 10, arbitrary: text(allowed) },
    { weight: 8, arbitrary: text(changed) },
    { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
};

const headersOf = ({ headers, body, method }: Operation, known: Known): fc.Arbitrary<readonly Header[]> => {
  const given = headers.map(({ name, schema, required }): fc.Arbitrary<readonly Header[]> => {
    const word = name.replaceAll('-', '_');
    const some = fc
      .oneof(
        { weight: 3, arbitrary: placeholder(word) },
        { weight: 1, arbitrary: valuesOf(schema, known, word) },
      )
      .map((value): readonly Header[] => [[name, sendable(String(value))]]);
    return fc.oneof(
      { weight: required ? 8 : 1, arbitrary: some },
      { weight: required ? 1 : 3, arbitrary: fc.constant([]) },
    );
  });
  const type: readonly Header[] =
    body === null || method === 'GET' ? [] : [['content-type', body.contentType]];
  const odd = fc.oneof(
    { weight: 6, arbitrary: fc.constant<readonly Header[]>([]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(fc.constantFrom(...HEADERS), { maxLength: 3, selector: ([name]) => name }),
    },
  );
  return fc
    .tuple(fc.tuple(...given), odd)
    .map(([own, more]) => [...new Map([...type, ...own.flat(), ...more])]);
};

/** Other characters never get as far as a server, except by hand: see `wild.ts`. */
const sendable = (value: string): string => value.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?').trim();

const ordinary = (operation: Operation, known: Known): fc.Arbitrary<Ordinary> =>
  fc
    .record({
      target: targets(operation, known),
      auth: authorization(operation.by),
      headers: headersOf(operation, known),
      body: bodies(operation, known),
      spoil: fc.oneof(
        { weight: 20, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...SPOILS) },
      ),
      // A second header of the same name.
      twice: fc.oneof(
        { weight: 20, arbitrary: fc.constant<readonly Header[]>([]) },
        { weight: 1, arbitrary: fc.constantFrom(...TWICE).map((header): readonly Header[] => [header]) },
      ),
      framing: fc.oneof(
        { weight: 20, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...FRAMINGS) },
      ),
    })
    .map(({ target, auth, headers, body, spoil, twice, framing }) => ({
      kind: 'ORDINARY',
      operation: operation.id,
      method: operation.method,
      target,
      headers: [...new Map([...auth, ...headers]), ...twice],
      body,
      spoil: body === null ? null : spoil,
      framing: body === null ? null : framing,
    }));

/** What ends most of what follows would end it too soon: an account, a session, spending, an operator. */
const ENDS: ReadonlySet<string> = new Set([
  'DeleteAccount',
  'Logout',
  'RevokeSessions',
  'ChangePassword',
  'SwitchSpending',
  'SwitchUserSpending',
  'SignOutAdmin',
  'SetAdminRole',
  'RemoveAdmin',
]);

const weightOf = ({ id, answers }: Operation): number => {
  if (ENDS.has(id)) return 1;
  return answers === null ? 4 : 8;
};

/** One request of one of these operations; one in thirty is written by hand. */
export const plans = (operations: readonly Operation[], known: Known): fc.Arbitrary<Plan> =>
  fc.oneof(
    {
      weight: 29,
      arbitrary: fc.oneof(
        ...operations.map((operation) => ({
          weight: weightOf(operation),
          arbitrary: ordinary(operation, known),
        })),
      ),
    },
    { weight: 1, arbitrary: wild },
  );
