/** The text at the top of the document (CommonMark). */
export const DESCRIPTION = `Services publish events; Posthorn stores each one, delivers it to the webhooks that subscribed,
signed and with retries, and keeps a log of every attempt.

## Tokens

\`Authorization: Bearer <token>\`. An account's token has scopes: \`read\` sees everything of the account but secrets,
\`manage\` does all that \`read\` does, changes webhooks, sees secrets and manages tokens, \`publish\` publishes. Accounts are
managed with the admin token, which also does everything for the account that the header \`Posthorn-Account\` names. What
belongs to another account is not there: 404.

## Errors

Every error is a problem document (RFC 9457, \`application/problem+json\`) with a stable \`code\`. Each operation lists the
codes that it has. \`validation_failed\` names every field that is wrong. A method that a path does not have is 405,
\`method_not_allowed\`, with \`Allow\`. An answer with \`Retry-After\` asks to come again after so many seconds; 429,
\`too_many_requests\`, is for an account that calls too much, and for many wrong tokens.

## Lists

A list is a page of \`items\` and a \`nextCursor\`, which is the \`cursor\` of the next page and null on the last one. What
comes or goes meanwhile shifts nothing.

## Publishing once

An event with an \`idempotencyKey\` may be sent again when its answer was lost: the same key with the same event answers as
the first time and publishes nothing.

## Compatibility

Answers may get more fields, and \`code\` more values, without a new version of the API. In requests unknown fields are
refused, so that a typing error does not pass for a setting.

## Other APIs

Clients of SuperOffice, Sonar, Passona and Wooxy call their own APIs at this address; they work on the same webhooks, and
the project's page on dialects (\`docs/dialects.md\`) describes them. They are no part of this document.`;
