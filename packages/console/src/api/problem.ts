import type { FieldError, ProblemDocument } from '@posthorn/contracts';

/** A request that got no answer: the network, or a server that is away. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server could not be reached.', { cause });
    this.name = 'Unreachable';
  }
}

/** An error answer of the API, with what a person needs to tell somebody else about it. */
export class ApiProblem extends Error {
  readonly status: number;
  /** Stable, such as `not_found`. */
  readonly code: string;
  readonly title: string;
  readonly errors: readonly FieldError[];
  /** `X-Request-Id` of the answer: the request log of the server has it, too. */
  readonly requestId: string | null;

  constructor(
    problem: Pick<ProblemDocument, 'status' | 'title' | 'detail'> & Partial<ProblemDocument>,
    requestId: string | null,
  ) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code ?? 'unknown';
    this.title = problem.title;
    this.errors = problem.errors ?? [];
    this.requestId = requestId;
  }
}

const isProblem = (value: unknown): value is ProblemDocument =>
  typeof value === 'object' && value !== null && 'title' in value && 'detail' in value && 'status' in value;

/** The problem that an error answer tells of; something in between may have answered with a page of its own. */
export const readProblem = async (response: Response): Promise<ApiProblem> => {
  const requestId = response.headers.get('x-request-id');
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new ApiProblem(body, requestId);
  const title = `The server answered with ${response.status}`;
  return new ApiProblem({ status: response.status, title, detail: response.statusText || title }, requestId);
};

/** Whether another try could help: a wrong question stays wrong. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));
