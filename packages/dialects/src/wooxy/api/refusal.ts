import { type ErrorCode, type FieldError, PosthornError } from '@posthorn/contracts';
import { type Problem, problem, type ProblemCode } from './problems.ts';

/** A request that is refused in the vendor's own words. `code` is for the request log. */
export class Refusal extends PosthornError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], code: ErrorCode = 'validation_failed') {
    super(code, problems.map(({ text }) => text).join('; '));
    this.name = 'Refusal';
    this.problems = problems;
  }
}

const BY_ERROR_CODE = {
  malformed_body: 'bodyUnreadable',
  unsupported_media_type: 'mediaTypeUnknown',
  body_too_large: 'bodyTooLarge',
  unauthenticated: 'tokenMalformed',
  not_found: 'pathUnknown',
  method_not_allowed: 'methodNotAllowed',
  idempotency_conflict: 'conflict',
  webhook_not_active: 'conflict',
  replay_in_progress: 'conflict',
  delivery_discarded: 'conflict',
  conflict: 'conflict',
  too_many_requests: 'tooManyRequests',
  overloaded: 'serverUnavailable',
  unavailable: 'serverUnavailable',
  internal_error: 'serverFailed',
} as const satisfies Partial<Record<ErrorCode, ProblemCode>>;

/** Where the model refuses what the checks of this API let pass, such as a url with an address that may not be called. */
const fieldProblem = ({ path, code }: FieldError): Problem => {
  if (path.startsWith('/name')) return problem(code === 'string.max' ? 'titleTooLong' : 'titleNotString');
  if (path.startsWith('/targetUrl')) return problem(code === 'string.max' ? 'urlTooLong' : 'urlNotValid');
  if (path.startsWith('/events')) return problem('eventsNotArray');
  return problem('bodyUnreadable');
};

/** Any error in the vendor's words; at least one. */
export const toProblems = (error: PosthornError): readonly Problem[] => {
  if (error instanceof Refusal) return error.problems;
  if (error.code === 'validation_failed') {
    return error.errors.length > 0 ? error.errors.map(fieldProblem) : [problem('bodyUnreadable')];
  }
  // A scope that is missing has a text of its own where the token is known; see refuseForbidden.
  return [problem(error.code === 'forbidden' ? 'tokenMalformed' : BY_ERROR_CODE[error.code])];
};
