import type { ErrorCode } from '@posthorn/contracts';

/** What goes wrong in this API: what goes wrong everywhere, and what only it knows. */
export type RefusalCode = ErrorCode | 'invalid_parameter' | 'unknown_method' | 'precondition_failed';

/** An answer to a request that this API does not carry out. `error-shapes.ts` says how each code looks. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Methods that the path has, for `method_not_allowed`. */
  readonly allow: string | undefined;

  constructor(code: RefusalCode, message: string, options: { allow?: string } = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.allow = options.allow;
  }
}

/** A parameter or a property that cannot be read as what it must be. */
export const invalid = (name: string, what: string): Refusal => new Refusal('invalid_parameter', `${name} ${what}.`);

/** Of a webhook that the caller's account does not have. */
export const noSuchWebhook = (id: number | string): Refusal =>
  new Refusal('not_found', `Webhook id ${String(id).slice(0, 100)} not found`);
