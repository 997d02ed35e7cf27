/** What this service needs of the HTTP sender. */
export interface SendRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
}

export type SendResult =
  | {
      outcome: 'response';
      status: number;
      headers: Record<string, string | string[]>;
      body: string;
      bodyTruncated: boolean;
      durationMs: number;
    }
  | { outcome: 'error'; code: string; message: string; status?: number; durationMs: number };

/** A receiver's failure is a value, not an exception. */
export interface Sender {
  send(request: SendRequest): Promise<SendResult>;
}

/** Judges a target URL when a webhook is saved; `message` completes a sentence about it. */
export type CheckTargetUrl = (url: string) => { ok: true } | { ok: false; code: string; message: string };
