import type { Json } from './message.ts';

/**
 * A broken business rule: a stable `code` and data. Nothing branches on the message. One outer table
 * (`infra/http/problems.ts`) maps codes to HTTP statuses and RFC 9457 problem details.
 */
export class Rejection extends Error {
  readonly code: string;
  readonly data: { readonly [key: string]: Json };

  constructor(code: string, message: string, data: { readonly [key: string]: Json } = {}) {
    super(message);
    this.name = 'Rejection';
    this.code = code;
    this.data = data;
  }
}

export const isRejection = (error: unknown): error is Rejection => error instanceof Rejection;
