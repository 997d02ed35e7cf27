import { type HttpMethod, isHttpType } from '@posthorn/contracts';
import { findDialect } from '@posthorn/dialects';
import { invalidField } from '../http/read-input.ts';
import type { CheckTargetUrl } from '../api-deps.ts';

/** @throws PosthornError `validation_failed` at /targetUrl with the code of what is wrong. */
export const assertTargetUrl = (
  checkTargetUrl: CheckTargetUrl,
  { type, targetUrl }: { type: string; targetUrl: string },
): void => {
  if (!isHttpType(type)) return;
  const verdict = checkTargetUrl(targetUrl);
  if (!verdict.ok) throw invalidField('/targetUrl', verdict.code, `targetUrl cannot be used: ${verdict.message}`);
};

/** @throws PosthornError `validation_failed` at /httpMethod when the format's callback cannot use the method. */
export const assertMethod = ({ format, httpMethod }: { format: string; httpMethod: HttpMethod }): void => {
  const { methods } = findDialect(format);
  if (methods.includes(httpMethod)) return;
  throw invalidField(
    '/httpMethod',
    'any.only',
    `httpMethod must be one of [${methods.join(', ')}] for the format ${format}`,
  );
};
