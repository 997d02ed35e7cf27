import type { TestResult } from '@posthorn/contracts';
import type { LastErrorReport } from '../manager.ts';

interface Answer {
  status: number;
  headers: Readonly<Record<string, string | readonly string[]>> | null;
  body: string;
}

/** An answer as it reads on the wire, with plain line ends: status line, headers, an empty line, body. */
const describeAnswer = ({ status, headers, body }: Answer): string => {
  const lines = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((single) => `${name}: ${single}`),
  );
  return [`HTTP/1.1 ${status}`, ...lines, '', body].join('\n');
};

const describeError = ({ code, message }: { code: string; message: string }): string => `${code}: ${message}`;

/**
 * The text of `GetLastError`: headers and body of the last bad answer, or, where there was none or only a part of one,
 * why. Empty when nothing failed yet.
 */
export const describeLastError = (report: LastErrorReport | null): string => {
  if (report === null) return '';
  const { status, headers, body } = report;
  return status === null || body === null ? describeError(report) : describeAnswer({ status, headers, body });
};

/** `Message` of a `WebhookResult`: headers and body of the answer to a test, good or bad, or why there was none. */
export const describeTestResult = ({ response, error }: Pick<TestResult, 'response' | 'error'>): string => {
  if (response !== null) return describeAnswer(response);
  return error === null ? '' : describeError(error);
};
