/** Which requests a server is asked: what documents show, each path by each method, one thing at a time, malformed ones, and several in a row. */
import { sequence, stableId, unique } from '../order.ts';
import { type ChosenRun, chosenRuns } from '../programs/choose.ts';
import { headerValues } from './header-values.ts';
import type { Request, ServerHints } from './hints.ts';
import { MOUNTED_REQUESTS } from './mounted.ts';
import type { Typed } from './typed.ts';
import { get, MALFORMED, ODD_FORMS, ODD_PATHS, readable, wireText } from './wire.ts';

type Asked = Readonly<{
  argv: readonly string[];
  stdin: string;
  /** What is sent, one after another, each as it stands; none: the server is started and told to end. */
  requests: readonly string[];
  /** `PORT` of its environment. */
  port?: string;
  /** The arguments of the function that makes the server, as text; absent: those of the export. */
  made?: string;
  /** It is given handlers to call, and asked for them. */
  mounted?: true;
  /** It is started otherwise than for most requests. */
  otherwise?: true;
}>;

export type ServerRun = ChosenRun<Asked>;

const PORT = '8080';
/** Each starts the server. What it is made with comes on top. */
const PER_SERVER = 80;
/** Of combinations there are as many as a quarter of what is planned one by one. */
const WITH_COMBINATIONS = 1.25;
const MAX_PATHS = 16;
const MAX_QUERY = 8;
const MAX_HEADERS = 8;
/** Of what the server is made with, so much is named. */
const MAX_MADE = 90;
const VALUES = ['1', '0', '-1', 'abc', '', '3.5', 'a b', 'ü'];
const OTHER_METHODS = [['HEAD'], ['OPTIONS', 'PATCH', 'TRACE']];
const NO_BODY = { headers: {}, body: null };
const JSON_TYPE = { 'content-type': 'application/json' };
const LONG_BODY = JSON.stringify({ name: 'x'.repeat(20_000) });

const encoded = (value: string): string => encodeURIComponent(value);

/** Bodies of each kind, with the members that the code reads where it reads any. */
function bodiesOf({ fields, words }: ServerHints): readonly Readonly<Pick<Request, 'headers' | 'body'>>[] {
  const names = fields.length > 0 ? fields.slice(0, 8) : ['name', 'id'];
  const filled = (at: number) => {
    const values = [words[at] ?? 'abc', 1, '1', true, 'abc', null];
    return Object.fromEntries(names.map((name, place) => [name, values[(place + at) % values.length]]));
  };
  const json = (value: unknown) => ({ headers: JSON_TYPE, body: JSON.stringify(value) });
  return [
    json(filled(0)),
    { headers: JSON_TYPE, body: '{"broken":' },
    { headers: {}, body: null },
    json(filled(1)),
    json(filled(2)),
    ...names.slice(0, 4).map((name) => json({ [name]: words[0] ?? 'abc' })),
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: names.map((name) => `${encoded(name)}=${encoded(words[0] ?? 'abc')}`).join('&'),
    },
    { headers: { 'content-type': 'text/plain' }, body: 'one two' },
    json([]),
    json({}),
  ];
}

const asked = (requests: readonly (Request | string)[]): Asked => ({
  argv: [],
  stdin: '',
  requests: requests.map((one) => (typeof one === 'string' ? one : wireText(one))),
  port: PORT,
});

/** What one request does shows in the next: something is made, read, changed and removed. */
function conversations(paths: readonly string[], hints: ServerHints): readonly Asked[] {
  const [body = NO_BODY, , , ...others] = bodiesOf(hints);
  const has = (method: string): boolean => hints.methods.includes(method);
  return paths.flatMap((path) => {
    const one = `${path.replace(/\/$/, '')}/1`;
    const send = (method: string, to: string, sent: typeof body): Request => ({ method, path: to, ...sent });
    const made = [body, ...others.slice(0, 2)].map((sent) => send('POST', path, sent));
    const some = hints.query.slice(0, 1).map((key) => get(`${path}?${encoded(key)}=1`));
    const remove: Request = { ...get(one), method: 'DELETE' };
    return [
      ...(has('POST') ? [asked([...made, get(path), ...some, get(one)])] : []),
      ...(has('PUT') ? [asked([send('PUT', one, body), get(one), send('PUT', path, body), get(path)])] : []),
      ...(has('DELETE') ? [asked([...made, remove, get(one), get(path)])] : []),
      ...(has('POST') ? [] : [asked([get(path), get(path)])]),
    ];
  });
}

/** What an option changes shows in a page, in one that says all that the code looks at, and in what is asked before another origin may send. */
const withOptions = (made: string, own: readonly string[], { headers, methods }: ServerHints): Asked => {
  const all = headers.slice(0, MAX_HEADERS).map((name) => [name, headerValues(name, VALUES)[0] ?? '']);
  const preflight: Request = { ...get('/', { origin: 'https://example.com' }), method: 'OPTIONS' };
  const sent = [
    get('/'),
    get(own[0] ?? '/', Object.fromEntries(all)),
    ...(methods.includes('OPTIONS') ? [preflight] : []),
  ];
  return { ...asked(sent), made };
};

function* combinations(
  name: string,
  paths: readonly string[],
  hints: ServerHints,
  argv: readonly string[],
): Generator<Asked, undefined> {
  const next = sequence(`${name}/requests`);
  const pick = <Item>(from: readonly Item[]): Item | undefined => from[next() % Math.max(1, from.length)];
  const bodies = bodiesOf(hints);
  const values = [...hints.words, ...VALUES];
  const one = (): Request => {
    const method = pick(['GET', 'GET', ...hints.methods]) ?? 'GET';
    const sent = method === 'GET' || method === 'HEAD' ? undefined : pick(bodies);
    const asks = Array.from({ length: next() % 3 }, () => pick(hints.query)).filter(
      (key) => key !== undefined,
    );
    const query = asks.map((key) => `${encoded(key)}=${encoded(pick(values) ?? '')}`).join('&');
    const header = next() % 3 === 0 ? pick(hints.headers) : undefined;
    const path = pick(paths) ?? '/';
    return {
      method,
      path: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
      headers: {
        ...sent?.headers,
        ...(header === undefined ? {} : { [header]: pick(headerValues(header, values)) ?? '' }),
      },
      body: sent?.body ?? null,
    };
  };
  for (;;) yield { ...asked(Array.from({ length: 1 + (next() % 3) }, one)), argv };
}

const callText = (name: string, { argv, requests, made, mounted }: Asked): string =>
  `${[made === undefined ? name : `${name}(${made.slice(0, MAX_MADE)})`, ...argv].join(' ')}${mounted === undefined ? '' : ' with handlers'}: ${requests.length === 0 ? 'starts' : requests.map(readable).join(', then ')}`.slice(
    0,
    160,
  );

export function planRequests(
  name: string,
  hints: ServerHints,
  {
    shown,
    made,
    takesHandlers,
    typed,
  }: Readonly<{
    /** What documents show. */
    shown: readonly Request[];
    /** Arguments of the function that makes it. */
    made: readonly string[];
    takesHandlers: boolean;
    typed: Typed;
  }>,
): readonly ServerRun[] {
  const asStarted = (one: Asked): Asked => ({ ...one, argv: typed.argv });
  const paths = ['/', ...hints.paths.filter((path) => path !== '/')].slice(0, MAX_PATHS);
  const own = paths.length > 1 ? paths.slice(1) : paths;
  const [first = NO_BODY, ...bodies] = bodiesOf(hints);
  const values = [...hints.words.slice(0, 3), ...VALUES];
  const { port: _none, ...withoutPort } = asked([]);
  const always: readonly Asked[] = [
    withoutPort,
    asked([]),
    asked([get('/')]),
    asked(MALFORMED),
    ...ODD_PATHS.slice(0, 2).map((path) => asked([get(path)])),
    ...conversations(own.slice(0, 3), hints),
    ...own.slice(0, 8).map((path) => asked([get(path)])),
  ];
  const onEach = (few: readonly string[], requests: readonly Omit<Request, 'path'>[]): readonly Asked[] =>
    few.flatMap((path) => requests.map((request) => asked([{ ...request, path }])));
  const read = { method: 'GET', body: null };
  const planned: readonly Asked[] = [
    ...own.slice(8).map((path) => asked([get(path)])),
    ...hints.methods.flatMap((method) => [
      ...onEach(paths.slice(0, 8), [{ method, ...first }]),
      ...onEach(
        own.slice(0, 3),
        bodies.map((body) => ({ method, ...body })),
      ),
    ]),
    ...onEach(own.slice(0, 1), [{ method: 'POST', headers: JSON_TYPE, body: LONG_BODY }]),
    ...conversations(own.slice(3, 6), hints),
    ...hints.query
      .slice(0, MAX_QUERY)
      .flatMap((key) => values.slice(0, 4).map((value) => `?${encoded(key)}=${encoded(value)}`))
      .flatMap((query) => paths.slice(0, 4).map((path) => asked([get(path + query)]))),
    ...hints.headers
      .slice(0, MAX_HEADERS)
      .flatMap((name) => headerValues(name, values.slice(0, 3)).map((value) => ({ [name]: value })))
      .flatMap((headers) => onEach(paths.slice(0, 4), [{ ...read, headers }])),
    ...OTHER_METHODS.map((methods) => asked(methods.map((method) => ({ ...get('/'), method })))),
    ...ODD_PATHS.slice(2).map((path) => asked([get(path)])),
    ...ODD_FORMS.map((request) => asked([request])),
  ];
  const keyOf = ({ argv, requests, port, made: given, mounted }: Asked) =>
    JSON.stringify([argv, requests, port, given, mounted]);
  const callOf = (one: Asked) => callText(name, one);
  const plain = chosenRuns(name, {
    room: Math.min(PER_SERVER, Math.ceil((always.length + planned.length) * WITH_COMBINATIONS)),
    shown: shown.map((request) => asStarted(asked([request]))),
    always: always.map(asStarted),
    planned: planned.map(asStarted),
    more: combinations(name, paths, hints, typed.argv),
    keyOf,
    callOf,
  });
  const withArguments = made.map((text) => withOptions(text, own, hints));
  const mounted = MOUNTED_REQUESTS.map((requests) => ({ ...asked(requests), mounted: true as const }));
  const few = unique(['/', ...own.slice(0, 2)]).map((path) => get(path));
  const started = typed.others.map((argv) => ({ ...asked(few), argv, otherwise: true as const }));
  const others = [...withArguments, ...(takesHandlers ? mounted : []), ...started].map((one) => ({
    ...one,
    id: stableId(keyOf(one)),
    call: callOf(one),
    shown: false,
  }));
  return [...plain, ...others].map(({ id, ...run }) => ({ id: `server:${name}:${id}`, ...run }));
}
