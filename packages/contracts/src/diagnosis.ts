export const CHECK_STATUSES = ['ok', 'warning', 'failed'] as const;
/** `warning`: it works, and somebody should look at it. `failed`: something does not work. */
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** One part of the installation, looked at now. */
export interface DiagnosisCheck {
  /** `database`, `migrations`, `clock`, `queue`, `scheduler`, `workers`, `deliveries`, `smtp`, `addresses`, `ingest`, `secrets`, `console`, … */
  name: string;
  status: CheckStatus;
  /** What was seen, in words. */
  message: string;
  /** What to do about it; null when there is nothing to do. */
  advice: string | null;
  durationMs: number;
}

/** Answer of `GET /v1/diagnosis`. */
export interface DiagnosisView {
  /** No check failed; there may be warnings. */
  ok: boolean;
  checks: DiagnosisCheck[];
}
