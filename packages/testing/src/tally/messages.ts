/** How a counting receiver answers under one first segment of the path. */
export interface TallyAnswer {
  status?: number;
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
}

/** What its parent asks. */
export interface TallyOrder {
  id: number;
  order: 'report' | 'missing' | 'latencies';
  path?: string;
  count?: number;
}

export type TallyMessage = { kind: 'listening'; port: number } | { kind: 'answer'; id: number; value: unknown };
