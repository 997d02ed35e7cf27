/** What a parent asks of a program of the benchmarks. */
export interface Order {
  id: number;
  order: string;
  input: unknown;
}

/** What it answers; the first message says only that it is ready. */
export type OrderAnswer =
  | { ready: true; info: unknown }
  | { id: number; value: unknown }
  | { id: number; error: string };
