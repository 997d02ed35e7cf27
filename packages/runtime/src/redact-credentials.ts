const CREDENTIALS = new Set(['authorization', 'token', 'secret', 'password']);
const REDACTED = '[redacted]';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);

/** The same object when it names no credential: nothing is copied for the lines of every day. */
const redactOwn = (fields: Fields): Fields => {
  let copy: Fields | undefined;
  for (const name of Object.keys(fields)) {
    if (CREDENTIALS.has(name)) (copy ??= { ...fields })[name] = REDACTED;
  }
  return copy ?? fields;
};

/**
 * What is under the names of credentials, at the top or one level down, replaced; the object itself is left as it is. Pino's
 * own redaction copies every line, which was a third of all that a worker allocated.
 */
export const redactCredentials = (fields: Fields): Fields => {
  const top = redactOwn(fields);
  let copy: Fields | undefined = top === fields ? undefined : top;
  for (const name of Object.keys(top)) {
    const value = top[name];
    if (!isFields(value)) continue;
    const redacted = redactOwn(value);
    if (redacted !== value) (copy ??= { ...fields })[name] = redacted;
  }
  return copy ?? top;
};
