import type { ReadinessCheck } from '@posthorn/runtime';
import type { MailTransport } from './transport.ts';

const KEPT_MS = 15_000;

/**
 * Whether mails could leave now, for `/readyz`: connects and logs in to the mail server (or looks at the folder) without
 * sending anything. It asks anew instead of remembering how the last mail fared, so that it heals by itself when nothing
 * is owed, and a recipient who was refused says nothing about it. The answer is kept for 15 s and one question runs at a
 * time, however often the probe comes.
 *
 * For the notifier alone: no traffic hangs on its readiness, and a rollout with a wrong `SMTP_URL` stops while the old
 * replicas still send. It has no place in the readiness of a process that also takes requests, such as standalone: a mail
 * server that is down must not turn publishers away. Notices wait in PostgreSQL meanwhile, so nothing is lost either way.
 */
export const createMailCheck = (transport: MailTransport): ReadinessCheck => {
  let answer: { at: number; result: Promise<void> } | undefined;
  let asking = false;
  return () => {
    if (answer === undefined || (!asking && performance.now() - answer.at > KEPT_MS)) {
      asking = true;
      const result = transport.verify().finally(() => {
        asking = false;
      });
      answer = { at: performance.now(), result };
    }
    return answer.result;
  };
};
