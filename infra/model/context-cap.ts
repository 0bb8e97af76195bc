import { tokensOf } from '../../domain/billing/estimate.ts';
import type { Json } from '../../domain/kernel/message.ts';
import type { ContextFile, JobContext } from '../../processors/refactoring/model-router.port.ts';
import { refusal } from './recipe-gateway/question.ts';

/** Files that are named; who leaves out that many has seen how it goes. */
const NAMED = 20;
const CODE = 'CONTEXT_OVERFLOW';

const tokensIn = ({ text }: ContextFile): number => tokensOf(Buffer.byteLength(text));

const said = (tokens: number): string => tokens.toLocaleString('en-US');

/** The largest first, so that few have to go; what the person wants changed comes last. */
const candidates = ({
  files,
  targets,
}: JobContext): readonly Readonly<{ path: string; tokens: number }>[] => {
  const isTarget = (path: string): boolean =>
    targets.some((target) => path === target || path.startsWith(`${target}/`));
  return files
    .map((file) => ({ path: file.path, tokens: tokensIn(file), last: isTarget(file.path) }))
    .sort((a, b) => Number(a.last) - Number(b.last) || b.tokens - a.tokens);
};

/** Of the code that a model would read. */
export const codeTokens = ({ files, dependencies }: JobContext): number =>
  [...files, ...dependencies].reduce((sum, file) => sum + tokensIn(file), 0);

/**
 * CTX-05: the answer in place of a model's where the code is more than `cap` tokens, the most that the plan reads at once. It
 * names what to leave out and how much that saves, until the rest fits. Null: it fits.
 */
export const contextOverflow = (context: JobContext, cap: number): Json | null => {
  const tokens = codeTokens(context);
  if (tokens <= cap) return null;
  const named: Readonly<{ path: string; tokens: number }>[] = [];
  let left = tokens;
  for (const file of candidates(context)) {
    if (left <= cap || named.length === NAMED) break;
    named.push(file);
    left -= file.tokens;
  }
  const reason = `The code has about ${said(tokens)} tokens, and your plan reads at most ${said(cap)} at once.`;
  return refusal(
    { code: CODE, path: null, line: null, reason },
    ...named.map((file) => ({
      code: CODE,
      path: file.path,
      line: null,
      reason: `Left out (.iamaignore), it saves about ${said(file.tokens)} tokens.`,
    })),
  );
};
