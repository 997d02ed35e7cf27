/** What its parent asks. */
export interface TallyOrder {
  id: number;
  order: 'report' | 'missing' | 'latencies';
  path?: string;
  count?: number;
}

export type TallyMessage = { kind: 'listening'; port: number } | { kind: 'answer'; id: number; value: unknown };
