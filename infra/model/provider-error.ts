import { z } from 'zod';
import type { RouteFault } from '../../domain/refactoring/job/values.ts';

/**
 * What providers say in the body of a 4xx, as the documentation of OpenAI, Anthropic, Gemini, OpenRouter and LiteLLM Proxy has it on
 * 22 November 2026. Codes are read: messages may repeat what a person wrote, and one person could close a route for all with it. Where a
 * provider says something in no code, its message counts from the beginning of the text, where nobody else's words stand.
 */

/** Bytes of a body that are read at most: errors of providers are a few hundred. */
export const LONGEST_BODY = 16_384;
/** How long is waited for the body of an error whose status is known. */
const BODY_PATIENCE_MS = 2_000;

/**
 * The first `LONGEST_BODY` bytes of a body as text, or what came of them within `patienceMs`; empty where there is none or it was read
 * before. Throws nothing.
 */
export const bodyOf = async (response: Response, patienceMs = BODY_PATIENCE_MS): Promise<string> => {
  if (response.body === null || response.bodyUsed || response.body.locked) return '';
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(stop, patienceMs);
  const decoder = new TextDecoder();
  let left = LONGEST_BODY;
  let text = '';
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.length;
    }
  } catch {
    // The status is known all the same.
  } finally {
    clearTimeout(timer);
    stop();
  }
  return text;
};

const field = z.string().optional().catch(undefined);
const error = z.object({
  code: field,
  type: field,
  status: field,
  message: field,
  metadata: z
    .object({
      error_type: field,
      limit_source: field,
      reasons: z.unknown().optional(),
      flagged_input: z.unknown().optional(),
      patterns: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
  details: z
    .union([z.array(z.object({ reason: field }).catch({})), z.object({ error_code: field })])
    .optional()
    .catch(undefined),
});
type ProviderError = z.infer<typeof error>;

/** Gemini says it in a list of one. */
const body = z.union([z.object({ error }), z.tuple([z.object({ error })]).transform(([only]) => only)]);

const readError = (text: string): ProviderError | null => {
  try {
    const { success, data } = body.safeParse(JSON.parse(text));
    return success ? data.error : null;
  } catch {
    return null;
  }
};

const codesOf = ({
  code,
  type,
  status,
  metadata,
  details,
}: ProviderError): readonly (string | undefined)[] => [
  code,
  type,
  status,
  metadata?.error_type,
  metadata?.limit_source,
  ...(Array.isArray(details) ? details.map(({ reason }) => reason) : [details?.error_code]),
];

/** What was asked is not taken, whoever asks it. */
const OF_THE_QUESTION: ReadonlySet<string> = new Set([
  'content_filter',
  'content_policy_violation',
  'context_length_exceeded',
  'invalid_prompt',
  'max_tokens_exceeded',
  'payload_too_large',
  'refusal',
  'request_too_large',
  'safety_check_failed',
  'string_too_long',
  'token_limit_exceeded',
]);

/**
 * In the order in which they are looked for, the narrowest first. OpenRouter's `permission_denied` is none: it says so of a key, and
 * of a question that a guardrail did not take.
 */
const FAULTS: readonly (readonly [RouteFault, ReadonlySet<string>])[] = [
  [
    'GATEWAY_ROUTE_UNKNOWN',
    new Set([
      'model_not_found',
      'not_found_error',
      'NOT_FOUND',
      'key_model_access_denied',
      'team_model_access_denied',
      'user_model_access_denied',
    ]),
  ],
  [
    'GATEWAY_ACCOUNT_UNPAID',
    new Set([
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'billing_hard_limit_reached',
      'billing_not_active',
      'billing_error',
      'enforced_spend_limit_reached',
      'budget_exceeded',
      'payment_required',
      'openrouter_credits',
      'openrouter_key_limit',
      'openrouter_guardrail_budget',
      'openrouter_workspace_budget',
      'BILLING_DISABLED',
      'FAILED_PRECONDITION',
    ]),
  ],
  [
    'GATEWAY_KEY_REJECTED',
    new Set([
      'invalid_api_key',
      'authentication_error',
      'authentication',
      'permission_error',
      'unsupported_country_region_territory',
      'account_deactivated',
      'expired_key',
      'token_not_found_in_db',
      'UNAUTHENTICATED',
      'PERMISSION_DENIED',
      'API_KEY_INVALID',
      'API_KEY_SERVICE_BLOCKED',
      'API_KEY_IP_ADDRESS_BLOCKED',
      'SERVICE_DISABLED',
      'CONSUMER_SUSPENDED',
    ]),
  ],
];

const isFlagged = ({ metadata }: ProviderError): boolean =>
  [metadata?.reasons, metadata?.flagged_input, metadata?.patterns].some((mark) => mark !== undefined);

/**
 * Anthropic says by 400 `invalid_request_error` that the credit is spent or the spend limit of the account reached
 * (anthropics/anthropic-sdk-typescript#618, anthropics/claude-code#38035), although its documentation has 402 `billing_error` for that.
 */
const SPENT = [
  /^Your credit balance is too low to access the (?:Anthropic|Claude) API\./,
  /^You have reached your specified API usage limits\. You will regain access on \d{4}-/,
];

const isSpent = ({ type, message = '' }: ProviderError): boolean =>
  type === 'invalid_request_error' && SPENT.some((form) => form.test(message));

/** OpenRouter says in no code that less could be paid. */
const AFFORDS_LESS = [
  /^This request requires more credits, or fewer max_tokens\. You requested up to \d+ tokens, but can only afford (\d+)\./,
  /^Prompt tokens limit exceeded: \d+ > (\d+)\./,
];

const affordsLess = ({ message = '' }: ProviderError): boolean =>
  AFFORDS_LESS.some((form) => Number(form.exec(message)?.[1] ?? 0) > 0);

/** `fault` null: nothing for an operator to mend. `isOfRoute` false: other questions may be answered all the same. */
export type Said = Readonly<{ fault: RouteFault; isOfRoute: boolean } | { fault: null; isOfRoute: false }>;

/** What a body tells of the reason of a 4xx; null: nothing that is known, so that the status alone counts. */
export const saidIn = (status: number, text: string): Said | null => {
  const told = readError(text);
  if (told === null) return null;
  const codes = codesOf(told).filter((code) => code !== undefined);
  if (isFlagged(told) || codes.some((code) => OF_THE_QUESTION.has(code)))
    return { fault: null, isOfRoute: false };
  if (status === 402 && affordsLess(told)) return { fault: 'GATEWAY_ACCOUNT_UNPAID', isOfRoute: false };
  if (status === 400 && isSpent(told)) return { fault: 'GATEWAY_ACCOUNT_UNPAID', isOfRoute: true };
  const [fault] = FAULTS.find(([, known]) => codes.some((code) => known.has(code))) ?? [];
  return fault === undefined ? null : { fault, isOfRoute: true };
};
