import type { FieldError, PosthornError } from '@posthorn/contracts';

/** Names of the model as this API calls them. */
const NAMES: Readonly<Record<string, string>> = {
  name: 'Name',
  events: 'Events',
  targetUrl: 'TargetUrl',
  secret: 'Secret',
  state: 'State',
  type: 'Type',
  headers: 'Headers',
  properties: 'Properties',
  errorsEmail: 'ErrorsEmail',
};

const explainField = ({ path, message }: FieldError, names: Readonly<Record<string, string>>): string => {
  const field = /^\/([^/]*)/.exec(path)?.[1] ?? '';
  const name = Object.hasOwn(names, field) ? names[field] : undefined;
  if (name === undefined) return message;
  return message.startsWith(field) ? `${name}${message.slice(field.length)}` : `${name}: ${message}`;
};

/** What the manager finds wrong with fields, in the names of this API. */
export const explainFields = (error: PosthornError, names: Readonly<Record<string, string>> = NAMES): string =>
  error.errors.length === 0 ? error.message : error.errors.map((field) => explainField(field, names)).join('; ');
