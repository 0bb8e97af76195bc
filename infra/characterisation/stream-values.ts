/** Real streams, emitters and messages for an input that the code uses as one. */
import ts from 'typescript';
import type { Context, Made } from './candidates.ts';
import type { Kind, Profile } from './profile.ts';
import { flatten } from './profile.ts';
import { accessName, isAccess, walk } from './program.ts';

/** What packages load that are made for streams: Node's own, `readable-stream`, and what is named after what it does with them. */
const STREAM_MODULE =
  /^(?:node:)?(?:stream(?:\/promises)?|zlib)$|stream|^(?:through2?|duplexer\d?|pump|pumpify|from2|split2)$/;
const STREAM_STATES = new Set(['_readableState', '_writableState', 'pipe', 'unpipe']);
const STREAM_EVENTS = new Set(['data', 'end', 'finish', 'readable', 'drain', 'pipe', 'unpipe', 'close']);
const LISTENERS = [
  'on',
  'once',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'prependListener',
  'listeners',
  'listenerCount',
  'emit',
];
const STREAM_NAME =
  /^(?:.*_)?(?:streams?|sources?|src|dest(?:ination)?|readable|writable|input|output)$|Stream$/i;
const REQUEST_NAME = /^(?:req|request|msg|message|incoming)$/i;
const RESPONSE_NAME = /^(?:res|response|reply|msg|message|outgoing)$/i;
const REQUEST_MEMBERS = ['socket', 'connection', 'headers', 'complete', 'httpVersion', 'rawHeaders'];
const RESPONSE_MEMBERS = [
  'setHeader',
  'getHeader',
  'removeHeader',
  'writeHead',
  'headersSent',
  'finished',
  '_header',
  'assignSocket',
];

/** Classes of Node by the end of their name, as `PassThroughStream` and `NodeStream` are them as well. */
const CLASS_KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/(?:Read|Write)Stream$/, 'file stream'],
  [/^(?:Gzip|Gunzip|Deflate|DeflateRaw|Inflate|InflateRaw|Unzip)$/, 'zlib stream'],
  [/(?:Stream|Readable|Writable|Duplex|Transform|PassThrough)$/, 'stream'],
  [/(?:Emitter|^EE)$/, 'emitter'],
  [/(?:IncomingMessage|Request)$/, 'request'],
  [/(?:ServerResponse|OutgoingMessage|Response)$/, 'response'],
];

/** The kind of what is an instance of a class with this name that no source of the package declares. */
export const kindOfClass = (name: string): Kind | undefined =>
  CLASS_KINDS.find(([pattern]) => pattern.test(name))?.[1];

const isRequest = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require');

/** Whether the sources are about streams: they load what is made for them, or pipe. */
export function areAboutStreams(files: readonly ts.SourceFile[]): boolean {
  let found = false;
  for (const file of files)
    walk(file, (node) => {
      if (ts.isStringLiteralLike(node) && isRequest(node.parent)) found ||= STREAM_MODULE.test(node.text);
      if (isAccess(node)) found ||= STREAM_STATES.has(accessName(node) ?? '');
    });
  return found;
}

const isMethod = (flat: Profile, name: string): boolean =>
  flat.props.has(name) && flatten(flat.prop(name)).kinds.has('function');

/** What an input is used as, of the kinds that this room makes. */
export function streamKinds(flat: Profile, isAboutStreams: boolean): readonly Kind[] {
  const kinds = new Set<Kind>();
  const named = (pattern: RegExp): boolean => [...flat.names].some((name) => pattern.test(name));
  const has = (names: Iterable<string>): boolean => [...names].some((name) => flat.props.has(name));
  const hears = LISTENERS.some((name) => isMethod(flat, name));
  const isStream =
    has(STREAM_STATES) ||
    (hears && [...flat.events].some((name) => STREAM_EVENTS.has(name))) ||
    (isAboutStreams && named(STREAM_NAME));
  if (isStream) kinds.add('stream');
  if (hears) kinds.add('emitter');
  if (named(REQUEST_NAME) && (hears || isStream) && has(REQUEST_MEMBERS)) kinds.add('request');
  if (named(RESPONSE_NAME) && (hears || isMethod(flat, 'writeHead') || has(RESPONSE_MEMBERS)))
    if (has(RESPONSE_MEMBERS) || has(REQUEST_MEMBERS)) kinds.add('response');
  return [...kinds];
}

const CHUNKS = [
  `['first', 'second']`,
  `['a']`,
  '[]',
  `['one\\ntwo\\n', 'three']`,
  `[Buffer.from([226, 130]), Buffer.from([172])]`,
  `[{ id: 1 }, { id: 2 }]`,
];
const STREAMS = [
  `s.readable(['first', 'second'])`,
  's.writable()',
  's.through()',
  `s.readable(['first', 'second'], 'error')`,
  `s.duplex(['read'])`,
  `s.readable(['first'], 'close')`,
  `s.writable('error')`,
  `s.writable('slow')`,
  `s.legacy(['data', 'first'], 'end', 'close')`,
  `s.through('error')`,
  `s.readable(['first', 'second'], 'open', 'later')`,
  ...CHUNKS.slice(1).map((chunks) => `s.readable(${chunks})`),
];
const MORE_STREAMS = [
  `s.readable(['first', 'second', 'third'], 'end', 'later')`,
  `s.readable([], 'error', 'later')`,
  `s.writable('close')`,
  `s.writable('stuck')`,
  `s.writable('objects')`,
  `s.writable('failing end')`,
  `s.through('objects')`,
  `s.through('slow')`,
  `s.duplex([], 'error')`,
  `s.duplex(['read'], 'take', 'open')`,
  `s.duplex([{ id: 1 }], 'objects', 'error')`,
  `s.legacy('close')`,
  `s.legacy(['error', new Error('failed')])`,
];
const FEW: Readonly<Partial<Record<Kind, Made>>> = {
  'file stream': {
    typical: ['s.file()', `s.file('write')`, `s.file('read', '')`],
    boundary: [`s.readable(['a'])`],
  },
  'zlib stream': {
    typical: ['Gzip', 'Gunzip', 'Deflate', 'Unzip'].map((name) => `s.zlib('${name}')`),
    boundary: [],
  },
  request: {
    typical: [
      `s.request('GET', '/')`,
      `s.request('POST', '/path?a=1', { 'Content-Type': 'text/plain' }, ['body', ' text'])`,
      `s.request('GET', '/', {}, [], 'open')`,
      `s.request('POST', '/', { 'Content-Length': 4 }, ['part'], 'close')`,
    ],
    boundary: [`s.request('HEAD', '*', {}, ['late'], 'end')`],
  },
  response: {
    typical: [`s.response()`, `s.response('head')`, `s.response('ended')`, `s.response('close')`],
    boundary: [
      `s.response('array')`,
      `s.response('unassigned')`,
      `s.response('open')`,
      `s.response('end', 'HEAD')`,
    ],
  },
};

export const STREAM_KINDS: readonly Kind[] = [
  'file stream',
  'zlib stream',
  'request',
  'response',
  'stream',
  'emitter',
];

/** @param members objects with the members that the code reads, as texts: what looks at an emitter reads some of its own */
export function streamValues(kind: Kind, { flat }: Context, members: readonly string[]): Made {
  const few = FEW[kind];
  if (few !== undefined) return few;
  if (kind === 'stream') return { typical: STREAMS, boundary: MORE_STREAMS };
  const told = [...flat.events].slice(0, 12);
  const events = told.map((name) =>
    name === 'error' ? `['error', new Error('failed')]` : `'${name.replace(/['\\\n]/g, '')}'`,
  );
  const all = events.length === 0 ? [`'ready'`, `['error', new Error('failed')]`] : events;
  const emitters = [
    `s.emitter(${all.join(', ')})`,
    's.emitter()',
    ...all.map((one) => `s.emitter(${one})`),
    `s.emitter(${all.toReversed().join(', ')})`,
    ...all.map((one) => `s.emitter(${one}, ${one})`),
  ];
  return {
    typical: emitters,
    boundary: members.map((one, at) => `Object.assign(${emitters[at % emitters.length] ?? ''}, ${one})`),
  };
}
