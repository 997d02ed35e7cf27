import { verifyWebhook, type WebhookHeaders, WebhookVerificationError } from '../index.ts';

/** The two vectors that the makers of Standard Webhooks libraries test with. */
export const VECTORS = [
  {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    payload: { test: 2432232314 },
  },
  {
    secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    timestamp: 1649367553,
    body: '{"email":"test@example.com","username":"test_user"}',
    signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    payload: { email: 'test@example.com', username: 'test_user' },
  },
] as const;

export const [vector, otherVector] = VECTORS;
export const clock = (seconds: number) => ({ now: () => new Date(seconds * 1000) });
export const atSigning = clock(vector.timestamp);
export const headersOf = ({ id, timestamp, signature }: { id: string; timestamp: number; signature: string }) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});
export const good = headersOf(vector);

/** The code of the refusal, or `verified`. Errors of another kind fail the test. */
export const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
  return 'verified';
};

export const verifyVector = (
  headers: WebhookHeaders,
  body: string | Uint8Array = vector.body,
  secret: string | string[] = vector.secret,
) => codeOf(() => verifyWebhook(body, headers, secret, atSigning));
