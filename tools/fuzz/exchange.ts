import { framedBytes, isCut } from './framing.ts';
import { NUMBERS } from './hostile.ts';
import type { Judge } from './judge.ts';
import type { Operation } from './operations.ts';
import type { Ordinary, Plan } from './plan.ts';
import { type Answer, type Sender, sendBytes, type Wire } from './send.ts';
import { encodingOf, spoiled } from './spoil.ts';
import type { World } from './world.ts';

/** Half a request is left alone after so long. */
const PART_MS = 60;
const SHOWN = 300;

/** A request that was sent, and what is wrong with what came back. */
export type Exchange = Readonly<{
  operation: string;
  answer: Answer | null;
  wrong: readonly string[];
  /** For a person to read, and to send again by hand. */
  shown: string;
}>;

const filled = (text: string, world: World, body = ''): string =>
  text.replaceAll(
    /\{\{(\w+):(\d+)\}\}/g,
    (_, name: string, index: string) => world.find(name, Number(index), body) ?? 'none',
  );

const withNumbers = (body: string): string =>
  body.replaceAll(/"\{\{number:(\d+)\}\}"/g, (_, index: string) => NUMBERS[Number(index)] ?? '0');

const wireOf = (plan: Ordinary, world: World): Wire => {
  const text = plan.body === null ? null : filled(withNumbers(plan.body), world);
  const body = text === null ? null : Buffer.from(text);
  const encoding = encodingOf(plan.spoil);
  const headers = plan.headers.map(([name, value]) => [name, filled(value, world, text ?? '')] as const);
  return {
    method: plan.method,
    target: filled(plan.target, world),
    headers: encoding === null ? headers : [...headers, ['content-encoding', encoding]],
    body: body === null || plan.spoil === null ? body : spoiled(body, plan.spoil),
  };
};

const cut = (text: string): string =>
  text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length})` : text;

const shownOf = ({ method, target, headers, body }: Wire, spoil: string | null): string =>
  [
    `${method} ${cut(target)}`,
    ...headers.map(([name, value]) => `${name}: ${JSON.stringify(cut(value)).slice(1, -1)}`),
    ...(body === null ? [] : [`${spoil === null ? '' : `(${spoil}) `}${cut(body.toString('utf8'))}`]),
  ].join('\n');

export type Line = Readonly<{
  url: string;
  sender: Sender;
  world: World;
  judge: Judge;
  operations: ReadonlyMap<string, Operation>;
}>;

const NO_ANSWER = 'no answer';

const ordinary = async (
  plan: Ordinary,
  { url, sender, world, judge, operations }: Line,
): Promise<Exchange> => {
  const operation = operations.get(plan.operation);
  if (operation === undefined) throw new Error(`there is no operation ${plan.operation}`);
  const wire = wireOf(plan, world);
  const { framing, headers, target } = plan;
  const how = [plan.spoil, framing].filter((each) => each !== null).join(', ');
  const told = { operation: plan.operation, shown: shownOf(wire, how === '' ? null : how) };
  if (framing !== null && isCut(framing)) {
    const bytes = framedBytes(wire, framing);
    const said = await sendBytes(url, bytes, undefined, true);
    return { ...told, answer: said, wrong: said === null ? [] : judge.cut(operation, said) };
  }
  const answer =
    framing === null
      ? await sender.send(wire)
      : ((await sendBytes(url, framedBytes(wire, framing))) ?? 'it closed the connection');
  if (typeof answer === 'string') return { ...told, answer: null, wrong: [`${NO_ANSWER}: ${answer}`] };
  const plain = plan.spoil === null ? wire.body : null;
  return {
    ...told,
    answer,
    wrong: [
      ...judge.answer(operation, answer),
      ...judge.taken(operation, plain, answer),
      ...judge.admitted(operation, { headers, target }, answer),
    ],
  };
};

/** Sends one request and judges what comes back. Throws when it is the fuzzer that is wrong. */
export const exchange = async (plan: Plan, line: Line): Promise<Exchange> => {
  if (plan.kind === 'ORDINARY') return ordinary(plan, line);
  const text = filled(plan.text, line.world);
  const bytes = Buffer.from(text, 'latin1');
  const answer = await sendBytes(line.url, bytes, plan.isWhole ? undefined : PART_MS);
  const silent = plan.isWhole ? [NO_ANSWER] : [];
  return {
    operation: plan.operation,
    answer,
    wrong: answer === null ? silent : line.judge.wild(answer),
    shown: cut(JSON.stringify(text).slice(1, -1)),
  };
};
