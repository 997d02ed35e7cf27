/** What its parent asks. */
export interface TallyOrder {
  id: number;
  order: 'report' | 'missing' | 'latencies' | 'arrivals';
  path?: string;
  count?: number;
}

export type TallyMessage = { kind: 'listening'; port: number } | { kind: 'answer'; id: number; value: unknown };
