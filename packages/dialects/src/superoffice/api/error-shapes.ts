import type { ErrorCode } from '@posthorn/contracts';
import type { RefusalCode } from './refusal.ts';

/** The two ways to call: RPC-like agents, and the REST collection. */
export type Surface = 'agent' | 'rest';

/**
 * `error`: `{Error, ErrorType, ErrorMessage, ErrorSource}`, as the REST calls document it. `message`: `{Message}`, and
 * `detail`: `{Message, MessageDetail}`, which are what the framework says before SuperOffice's own code is reached.
 */
type Shape = 'error' | 'message' | 'detail';

interface Row {
  status: number;
  /** Only SoNotFoundException is documented; the others follow its pattern. */
  type: string;
  agent: Shape;
  rest: Shape;
  /** How the request log names it. */
  logged: ErrorCode;
}

const row = (logged: ErrorCode, status: number, type: string, agent: Shape = 'error', rest: Shape = 'error'): Row => ({
  status,
  type,
  agent,
  rest,
  logged,
});

/** Every code: its status, its ErrorType, and its shape on either surface. */
export const ERROR_ROWS: Readonly<Record<RefusalCode, Row>> = {
  // Read, and refused by the rules for webhooks.
  validation_failed: row('validation_failed', 400, 'SoArgumentException'),
  // Could not be read at all.
  invalid_parameter: row('validation_failed', 400, 'SoArgumentException', 'detail'),
  malformed_body: row('malformed_body', 400, 'SoArgumentException', 'detail'),
  unauthenticated: row('unauthenticated', 401, 'SoSessionException'),
  forbidden: row('forbidden', 403, 'SoAccessDeniedException'),
  not_found: row('not_found', 404, 'SoNotFoundException'),
  unknown_method: row('not_found', 404, 'SoNotFoundException', 'detail'),
  method_not_allowed: row('method_not_allowed', 405, 'SoException', 'message', 'message'),
  conflict: row('conflict', 409, 'SoConflictException'),
  idempotency_conflict: row('idempotency_conflict', 409, 'SoConflictException'),
  webhook_not_active: row('webhook_not_active', 409, 'SoConflictException'),
  replay_in_progress: row('replay_in_progress', 409, 'SoConflictException'),
  delivery_discarded: row('delivery_discarded', 409, 'SoConflictException'),
  precondition_failed: row('conflict', 412, 'SoPreconditionException'),
  body_too_large: row('body_too_large', 413, 'SoArgumentException'),
  unsupported_media_type: row('unsupported_media_type', 415, 'SoArgumentException', 'message'),
  too_many_requests: row('too_many_requests', 429, 'SoException'),
  internal_error: row('internal_error', 500, 'SoException'),
  overloaded: row('overloaded', 503, 'SoException'),
  unavailable: row('unavailable', 503, 'SoException'),
};

const MESSAGES: Partial<Record<RefusalCode, string>> = {
  unknown_method: 'No HTTP resource was found that matches the request.',
};

/** The body of an error answer. */
export const errorBody = (
  { code, message }: { code: RefusalCode; message: string },
  surface: Surface,
): Record<string, unknown> => {
  const { type, [surface]: shape } = ERROR_ROWS[code];
  switch (shape) {
    case 'message':
      return { Message: message };
    case 'detail':
      return { Message: MESSAGES[code] ?? 'The request is invalid.', MessageDetail: message };
    case 'error':
      return { Error: true, ErrorType: type, ErrorMessage: message, ErrorSource: 'Posthorn' };
  }
};
