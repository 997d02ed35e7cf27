import { ERROR_CATALOG, type ErrorCode } from '@posthorn/contracts';
import type { Operation } from './operation.ts';
import { parametersOf } from './path-parameters.ts';

/** All codes that an operation can answer with, in the order of the catalog: those of its own and those that come with its parts. */
export const errorCodesOf = ({ access, path, body, errors = [] }: Operation): ErrorCode[] => {
  const codes = new Set<ErrorCode>(errors);
  const add = (...more: ErrorCode[]): void => more.forEach((code) => codes.add(code));
  // `validation_failed` here: a header `Posthorn-Account` that names no account.
  if (access !== 'anybody') {
    add('validation_failed', 'unauthenticated', 'forbidden', 'too_many_requests', 'unavailable', 'internal_error');
  }
  // `malformed_body` here: percent-encoding that cannot be undone.
  if (parametersOf(path).length > 0) add('not_found', 'malformed_body');
  if (body !== undefined) add('malformed_body', 'unsupported_media_type', 'body_too_large');
  return (Object.keys(ERROR_CATALOG) as ErrorCode[]).filter((code) => codes.has(code));
};

/** The same, by HTTP status. */
export const errorsByStatus = (operation: Operation): Map<number, ErrorCode[]> => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorCodesOf(operation)) {
    const { status } = ERROR_CATALOG[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
};
