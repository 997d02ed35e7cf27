import type { ShownDocument } from '../dialects/wooxy/shown-requests.ts';

/** What stands between two marks, of which the first is the first one after `from`. */
const between = (text: string, start: string, end: string, from = 0): string => {
  const begin = text.indexOf(start, from);
  const stop = text.indexOf(end, begin + start.length);
  if (begin < 0 || stop < 0) throw new Error(`The document has no "${start}" … "${end}".`);
  return text.slice(begin + start.length, stop);
};

/** `'a' => 'b',` and `'a' => [ 'b', ],` of a PHP array. */
const readPhpArray = (php: string): ShownDocument['body'] => {
  const entries = [...php.matchAll(/'(\w+)' => (?:'([^']*)'|\[\s*'([^']*)',\s*\])/g)];
  return Object.fromEntries(entries.map(([, name = '', text, member]) => [name, text ?? [member ?? '']]));
};

/** Reads what the document of `webhook/create` shows. */
export const readWooxyDocument = (text: string): ShownDocument => {
  const answerAt = text.indexOf('\nResponse\n');
  const errorsAt = text.indexOf('\nMethod Errors\n');
  const codeAt = text.indexOf('\nCode Examples\n');
  return {
    url: between(text, "$url = '", "'", codeAt),
    bodyExample: between(text, 'Body Example\n', '\nParameters\n'),
    parameters: [...text.slice(0, answerAt).matchAll(/^(\w+) (required|optional)\n\|\n(\w+) \|$/gm)].map(
      ([, name = '', presence = '', type = '']) => [name, presence, type],
    ),
    body: readPhpArray(between(text, 'json_encode([', ']);', codeAt)),
    headers: [...between(text, 'CURLOPT_HTTPHEADER, [', ']);', codeAt).matchAll(/^["'](.*?)["'](?:,| \.)/gm)].map(
      ([, line = '']) => line,
    ),
    answer: JSON.parse(between(text, '\nResponse\n', '\nParameters\n')) as ShownDocument['answer'],
    answerMembers: [...text.slice(answerAt, errorsAt).matchAll(/^([\w.]+) \|\n(\w+) \|$/gm)].map(
      ([, name = '', type = '']) => [name, type],
    ),
    errorAnswer: JSON.parse(between(text, '\nMethod Errors\n', '\nError |')) as ShownDocument['errorAnswer'],
    errors: [...text.slice(errorsAt, codeAt).matchAll(/^"(.*)" \|$/gm)].map(([, error = '']) => error),
  };
};
