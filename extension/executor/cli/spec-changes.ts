import { z } from 'zod';
import { zConvertSpecTextResponse } from '../api/generated/zod.gen.ts';
import type { Specification, SpecView } from '../api/wire.ts';

/** As it is told; what is sent names one of the known topics. */
type Told = SpecView['specification'];

/** What the server takes as a specification. */
const schema = zConvertSpecTextResponse.shape.specification;

/** Text that a person edits: two spaces deep, so that a line holds one part of an item. */
export const asText = ({ bdd, sdd }: Told): string => `${JSON.stringify({ bdd, sdd }, null, 2)}\n`;

/** A specification from edited text, or what is wrong with it. */
export const fromText = (
  text: string,
): Readonly<{ specification: Specification }> | Readonly<{ wrong: string }> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { wrong: `This is no JSON: ${error.message}` };
    throw error;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { wrong: z.prettifyError(parsed.error) };
  const ids = [...parsed.data.bdd, ...parsed.data.sdd].map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  return twice === undefined ? { specification: parsed.data } : { wrong: `Two items have the id ${twice}.` };
};

const linesOf = ({ bdd, sdd }: Told): ReadonlyMap<string, string> =>
  new Map([
    ...bdd.map(({ id, given, when, then }) => [id, `given ${given}, when ${when}, then ${then}`] as const),
    ...sdd.map(({ id, topic, statement }) => [id, `${topic.toLowerCase()}: ${statement}`] as const),
  ]);

/** What is removed and added, an item a line; a changed item is both. Empty: nothing differs but the order. */
export const changesBetween = (before: Told, after: Told): readonly string[] => {
  const [old, now] = [linesOf(before), linesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === is) return [];
    return [
      ...(was === undefined ? [] : [`- ${id}  ${was}`]),
      ...(is === undefined ? [] : [`+ ${id}  ${is}`]),
    ];
  });
};
