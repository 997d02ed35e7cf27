import type { TooManyErrorsPolicy, WebhookState } from '@posthorn/contracts';

/** The error count of one webhook: its current episode, or zero and null when it is healthy. */
export interface Health {
  consecutiveFailures: number;
  /** When the first failure of the episode happened. */
  failingSince: Date | null;
}

/** What one attempt means for its webhook. `gone` is a 410: the receiver says that nobody lives there any more. */
export interface HealthSignal {
  outcome: 'succeeded' | 'failed' | 'gone';
  at: Date;
}

/** What must happen to the webhook; the caller does it. */
export type HealthVerdict = { kind: 'keep' } | SwitchVerdict;

/** The webhook is to be switched off. */
export interface SwitchVerdict {
  kind: 'too_many_errors' | 'gone';
  /** Which of the signals decided it. */
  signal: number;
  at: Date;
  consecutiveFailures: number;
  failingSince: Date;
}

export interface HealthJudgement {
  health: Health;
  verdict: HealthVerdict;
}

export const HEALTHY: Health = { consecutiveFailures: 0, failingSince: null };

const fail = (health: Health, at: Date): { consecutiveFailures: number; failingSince: Date } => ({
  consecutiveFailures: health.consecutiveFailures + 1,
  // Results of several workers may arrive out of order: the episode began with the earliest of them.
  failingSince: health.failingSince !== null && health.failingSince <= at ? health.failingSince : at,
});

/**
 * Adds attempts to the error count of a webhook, in the order given, and judges it. Only an Active webhook is ever
 * switched off, and at most once: after the first verdict the rest is counted, not judged.
 *
 * A webhook has too many errors when at least `count` attempts in a row failed AND it has been failing for at least
 * `forSeconds`: a burst of failures in one bad minute is not an outage, and a quiet webhook is judged all the same.
 */
export const judgeHealth = (input: {
  health: Health;
  state: WebhookState;
  policy: TooManyErrorsPolicy;
  signals: readonly HealthSignal[];
}): HealthJudgement => {
  let health = input.health;
  let verdict: HealthVerdict = { kind: 'keep' };
  for (const [index, signal] of input.signals.entries()) {
    if (signal.outcome === 'succeeded') {
      health = HEALTHY;
      continue;
    }
    const failing = fail(health, signal.at);
    health = failing;
    if (input.state !== 'Active' || verdict.kind !== 'keep') continue;
    const failingForMs = signal.at.getTime() - failing.failingSince.getTime();
    const tooMany = failing.consecutiveFailures >= input.policy.count && failingForMs >= input.policy.forSeconds * 1000;
    if (signal.outcome === 'gone') verdict = { kind: 'gone', signal: index, at: signal.at, ...failing };
    else if (tooMany) verdict = { kind: 'too_many_errors', signal: index, at: signal.at, ...failing };
  }
  return { health, verdict };
};
