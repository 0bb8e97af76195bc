import { z } from 'zod';
import { IdempotencyKeyReused, InvalidAppend, VersionConflict } from '../../domain/kernel/event-store.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import { EventFormUnknown } from '../../domain/kernel/upcasting.ts';
import { JOB_REJECTIONS } from '../../domain/refactoring/job/rejections.ts';
import { snakeKeys } from '../../read-api/kernel/wire.ts';
import { isUnbuilt } from '../postgres/unbuilt.ts';
import { isTransient } from '../runtime/transient-errors.ts';

/** RFC 9457, with a stable `code` and the data of the rejection beside it. */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  [extension: string]: Json;
}>;

const STATUS_OF_KIND = { NOT_FOUND: 404, CONFLICT: 409, FORBIDDEN: 403, INVALID: 422 } as const;

const OF_THE_JOB: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(JOB_REJECTIONS).map(([code, kind]) => [code, STATUS_OF_KIND[kind]]),
);

/** Every code that this API answers with. A code that is missing here is our fault, and answered as 500. */
export const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ...OF_THE_JOB,
  // identity
  UNAUTHENTICATED: 401,
  SIGN_IN_FAILED: 401,
  REFRESH_REFUSED: 401,
  PASSWORD_WRONG: 403,
  SCOPE_MISSING: 403,
  DEVICE_PENDING: 400,
  DEVICE_DENIED: 403,
  DEVICE_CODE_INVALID: 422,
  MAIL_TOKEN_INVALID: 422,
  EMAIL_NOT_VERIFIED: 403,
  OAUTH_NOT_CONFIGURED: 404,
  OAUTH_STATE_INVALID: 400,
  OAUTH_REDIRECT_REFUSED: 400,
  OAUTH_CODE_INVALID: 400,
  OAUTH_DENIED: 403,
  OAUTH_REFUSED: 401,
  OAUTH_UNAVAILABLE: 503,
  OAUTH_EMAIL_UNVERIFIED: 403,
  OAUTH_LINK_REQUIRED: 409,
  OAUTH_ACCOUNT_TAKEN: 409,
  SESSION_NOT_FOUND: 404,
  SESSION_ALREADY_OPEN: 409,
  REGISTRATION_REFUSED: 409,
  USER_ALREADY_REGISTERED: 409,
  USER_NOT_FOUND: 404,
  CONSENT_INCOMPLETE: 422,
  PLAN_STILL_PAID: 409,
  // operators
  ADMIN_SIGN_IN_FAILED: 401,
  ROLE_MISSING: 403,
  ADMIN_EXISTS: 409,
  ADMIN_NOT_FOUND: 404,
  LAST_SUPER_ADMIN: 409,
  STREAM_NOT_FOUND: 404,
  STREAM_NOT_DECIDED: 422,
  MOMENT_REQUIRED: 422,
  PROJECTION_UNKNOWN: 404,
  PROJECTION_NOT_LIVE: 409,
  AUDIT_RUNNING: 409,
  SPENDING_HALTED: 403,
  GOAL_NOT_OFFERED: 403,
  TICKET_CONSENT_REQUIRED: 403,
  TICKET_CONTEXT_REFUSED: 403,
  MAILS_NOT_KEPT: 404,
  MAIL_NOT_FOUND: 404,
  MAIL_UNREADABLE: 409,
  SETTING_UNKNOWN: 404,
  SETTING_INVALID: 422,
  SETTING_CHANGED_MEANWHILE: 409,
  SETTING_REVISION_NOT_FOUND: 404,
  // billing
  DAILY_JOB_LIMIT: 403,
  CREDITS_EXHAUSTED: 403,
  USAGE_INVALID: 422,
  AMOUNT_INVALID: 422,
  HOLD_NOT_OPEN: 409,
  CREDITS_INSUFFICIENT: 409,
  CHARGE_NOT_FOUND: 404,
  CORRECTION_EXCEEDS_CHARGE: 409,
  PRICES_INVALID: 422,
  PAYMENT_NOT_CONFIGURED: 404,
  PAYMENT_UNAVAILABLE: 503,
  PLAN_NOT_SOLD: 422,
  PLAN_PAID_ALREADY: 409,
  CREDITS_OF_NO_USE: 409,
  CUSTOMER_LINKED: 409,
  WEBHOOK_SIGNATURE_INVALID: 401,
  WEBHOOK_STALE: 401,
  WEBHOOK_UNREADABLE: 422,
  PRICES_BACKDATED: 422,
  PRICES_DIFFER: 409,
  PERIOD_INVALID: 422,
  PERIOD_NOT_ENDED: 409,
  PERIOD_OUT_OF_ORDER: 409,
  RECONCILIATION_RUNNING: 409,
  LEDGER_BEHIND: 503,
  LEDGER_INCOMPLETE: 409,
  PERIOD_OPEN: 409,
  VERSION_UNKNOWN: 404,
  EXPORT_NOT_FOUND: 404,
  EXPORT_NOT_COMPLETED: 409,
  EXPORT_FILE_NOT_FOUND: 404,
  EXPORT_FILES_MISSING: 409,
  // executions and artifacts
  TASK_TOKEN_INVALID: 403,
  ARTIFACT_NOT_FOUND: 404,
  ARTIFACT_EXPIRED: 410,
  ARTIFACT_CORRUPT: 500,
  ARTIFACT_MISMATCH: 422,
  SECRET_IN_CONTEXT: 422,
  CONTEXT_PARTS_UNKNOWN: 422,
  // reading
  PROPOSALS_NOT_READY: 404,
  SPEC_NOT_READY: 404,
  NO_MODEL_CONFIGURED: 422,
  DELIVERY_NOT_READY: 404,
  CURSOR_INVALID: 400,
  TREE_EMPTY: 404,
  TREE_HEAD_NOT_FOUND: 404,
  POSITION_NOT_FOUND: 404,
  EVENT_NOT_FOUND: 404,
  TREE_CONTRADICTS_HEAD: 500,
  // requests
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  RANGE_NOT_SATISFIABLE: 416,
  MALFORMED_JSON: 400,
  MALFORMED_REQUEST: 400,
  HEADERS_TOO_LARGE: 431,
  REQUEST_TIMED_OUT: 408,
  BODY_TOO_DEEP: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION_FAILED: 422,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 409,
  CONCURRENT_CHANGE: 409,
  CONTENT_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  TOO_MANY_STREAMS: 429,
  INTERNAL_ERROR: 500,
  NOT_READY: 503,
  EVENT_FORM_UNKNOWN: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Timed out',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Not valid',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not ready',
};

const RESERVED: ReadonlySet<string> = new Set(['type', 'title', 'status', 'detail', 'instance', 'code']);

/** Members of RFC 9457 keep their meaning: the rejection's own `status` is the job's. */
const extensions = (data: { readonly [key: string]: Json }): { [key: string]: Json } =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const name = key === 'status' ? 'job_status' : key;
      const [wire] = Object.entries(snakeKeys({ [name]: value }) ?? {});
      const [wireName, wireValue] = wire ?? [name, null];
      return [RESERVED.has(wireName) ? `rejected_${wireName}` : wireName, wireValue];
    }),
  );

export const problem = (
  code: string,
  detail: string,
  data: { readonly [key: string]: Json } = {},
): Problem => {
  const status = STATUS_OF_CODE[code] ?? 500;
  return {
    ...extensions(data),
    type: `urn:iama:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
  };
};

const internal = (): Problem =>
  problem('INTERNAL_ERROR', 'Something went wrong on our side. It is logged under the request id.');

/** Names that were sent stand in a path and in a message, and may be as long as a body. */
const LONGEST_TEXT = 500;

const cut = (text: string): string => text.slice(0, LONGEST_TEXT).toWellFormed();

const invalid = (error: z.ZodError): Problem =>
  problem('VALIDATION_FAILED', 'The request does not have the expected form.', {
    issues: error.issues.slice(0, 20).map(({ path, code, message }) => ({
      path: cut(path.map(String).join('.')),
      code,
      message: cut(message),
    })),
  });

/** Errors of fastify itself, by its code. */
const OF_FASTIFY: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is larger than this route takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'This route takes another content type.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['MALFORMED_REQUEST', 'The body has another length than announced.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['MALFORMED_JSON', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['MALFORMED_JSON', 'The body is not JSON.'],
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const RETRY = { retry_after_seconds: 1 };

/** What the caller is told. Nothing of an unknown error gets out (SEC 14); `isOurs` says that it must be logged. */
export const toProblem = (error: unknown): Readonly<{ problem: Problem; isOurs: boolean }> => {
  const told = (found: Problem) => ({ problem: found, isOurs: found.status >= 500 });
  if (isRejection(error)) {
    if (STATUS_OF_CODE[error.code] === undefined) return told(internal());
    return told(problem(error.code, error.message, error.data));
  }
  if (error instanceof z.ZodError) return told(invalid(error));
  if (error instanceof IdempotencyKeyReused)
    return told(problem(error.code, 'This Idempotency-Key was used with another request.'));
  if (error instanceof VersionConflict)
    return told(problem('CONCURRENT_CHANGE', 'Others change this at the same moment. Try again.'));
  if (error instanceof EventFormUnknown)
    return told(
      problem(error.code, 'A later release wrote what this needs. Try again once this server has it too.'),
    );
  if (error instanceof InvalidAppend && error.code === 'EVENT_TOO_LARGE')
    return told(problem('CONTENT_TOO_LARGE', 'A part of this request is too large to be recorded.'));
  const code = codeOf(error);
  const known = OF_FASTIFY[code];
  if (known !== undefined) return told(problem(...known));
  // Before a lost connection of the database: that of a client which leaves in the middle of its body has the same code.
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return told(problem('MALFORMED_REQUEST', 'The request could not be read.'));
  if (isUnbuilt(error))
    return told(problem('NOT_READY', 'The read tables are being built. Try again shortly.'));
  if (isTransient(error))
    return told(problem('NOT_READY', 'The database is out of reach for a moment. Try again shortly.', RETRY));
  return told(internal());
};
