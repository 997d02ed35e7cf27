import { parseForm } from '../../../http/parse-form.ts';

/** `Webhook.Headers[0].Key` as `Webhook[Headers][0][Key]`: a dot outside of brackets starts a member, as in .NET's forms. */
const bracketName = (name: string): string => {
  const decoded = name.replaceAll(/%5B/gi, '[').replaceAll(/%5D/gi, ']');
  let written = '';
  let inBrackets = false;
  let afterDot = false;
  for (const char of decoded) {
    const isDot = char === '.' && !inBrackets;
    if (afterDot && (isDot || char === '[')) {
      written += ']';
      afterDot = false;
    }
    if (isDot) afterDot = true;
    if (char === '[') inBrackets = true;
    if (char === ']') inBrackets = false;
    written += isDot ? '[' : char;
  }
  return afterDot ? `${written}]` : written;
};

/**
 * A form as the object that it stands for: `Events=a&Events=b`, `Events[]=a`, `Events[0]=a`, `Headers[X-Key]=v`,
 * `Webhook.Name=x`. All values are text. @throws PosthornError `malformed_body` when it is too large or too deep.
 */
export const parseDottedForm = (text: string): Record<string, unknown> =>
  parseForm(
    text
      .split('&')
      .map((pair) => {
        const equals = pair.indexOf('=');
        return equals === -1 ? bracketName(pair) : bracketName(pair.slice(0, equals)) + pair.slice(equals);
      })
      .join('&'),
  );
