import { PosthornApiError, PosthornConnectionError } from '@posthorn/client';
import { CliError, EXIT } from './exit-codes.ts';

/** A failure for whoever called: how to exit, one line for people, one document for programs. */
export interface Failure {
  exitCode: number;
  line: string;
  problem: { code: string; detail: string; status?: number; errors?: readonly object[] };
}

const exitCodeOf = ({ status }: PosthornApiError): number => {
  if (status === 401 || status === 403) return EXIT.forbidden;
  return status === 404 ? EXIT.notFound : EXIT.failed;
};

const describeApiError = (error: PosthornApiError): Failure => {
  const { code, detail, status, errors, title } = error;
  const fields = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const what = fields === '' ? detail : fields;
  const hint = status === 401 ? ' Run `posthorn login`.' : '';
  return {
    exitCode: exitCodeOf(error),
    line: `${title === '' ? code : title}: ${what}${hint}`,
    problem: { code, status, detail, ...(errors.length === 0 ? {} : { errors }) },
  };
};

/** @param baseUrl where the server was looked for, if it was. */
export const describeFailure = (error: unknown, baseUrl: string | null): Failure => {
  if (error instanceof PosthornApiError) return describeApiError(error);
  if (error instanceof PosthornConnectionError) {
    const reason = error.message.replace(/^.* got no answer: /, '');
    const line = `No server answers at ${baseUrl ?? 'the address'}: ${reason}`;
    return { exitCode: EXIT.unreachable, line, problem: { code: 'unreachable', detail: line } };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CliError) {
    const code = error.exitCode === EXIT.usage ? 'usage' : 'failed';
    return { exitCode: error.exitCode, line: message, problem: { code, detail: message } };
  }
  // Of the SDK, for what could never be a request: an id with a slash in it, an address that is none.
  if (error instanceof TypeError)
    return { exitCode: EXIT.usage, line: message, problem: { code: 'usage', detail: message } };
  return { exitCode: EXIT.failed, line: message, problem: { code: 'failed', detail: message } };
};
