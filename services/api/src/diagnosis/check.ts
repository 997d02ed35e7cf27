import type { CheckStatus, DiagnosisCheck } from '@posthorn/contracts';
import { asUnavailable } from '@posthorn/database';

/** What a check saw. */
export interface Finding {
  status: CheckStatus;
  message: string;
  /** What to do about it. */
  advice?: string;
}

export interface Check {
  name: string;
  /** What to do when it cannot even be carried out. */
  advice: string;
  run(signal: AbortSignal): Promise<Finding>;
}

export const DEADLINE_MS = 4000;
const MAX_REASON_LENGTH = 300;

export const fine = (message: string): Finding => ({ status: 'ok', message });
export const warning = (message: string, advice: string): Finding => ({ status: 'warning', message, advice });
export const failure = (message: string, advice: string): Finding => ({ status: 'failed', message, advice });

/** The reason of an error in one line, without what frames it. */
export const reasonOf = (error: unknown): string => {
  const known = asUnavailable(error)?.cause ?? error;
  const text = known instanceof Error ? known.message : String(known);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON_LENGTH);
};

const runOne = async ({ name, advice, run }: Check, deadlineMs: number): Promise<DiagnosisCheck> => {
  const startedAt = performance.now();
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(failure(`No answer within ${deadlineMs} ms.`, advice)), deadlineMs);
  });
  const carriedOut = (async () => run(ended.signal))().catch((error: unknown) => failure(reasonOf(error), advice));
  const finding = await Promise.race([carriedOut, late]);
  clearTimeout(timer);
  ended.abort();
  const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
  return { name, status: finding.status, message: finding.message, advice: finding.advice ?? null, durationMs };
};

/** Carries out all checks at the same time, each with its own deadline. Never rejects: what fails is a finding. */
export const runChecks = (checks: readonly Check[], deadlineMs = DEADLINE_MS): Promise<DiagnosisCheck[]> =>
  Promise.all(checks.map((check) => runOne(check, deadlineMs)));
