import { startReceiver } from '@posthorn/testing';
import { createChecks } from './checks.ts';
import { SAMPLE } from './sample-webhook.ts';
import { showDelivery, showRetries } from './show-delivery.ts';
import { showDialects } from './show-dialects.ts';
import { showGone, showTooManyErrors } from './show-errors.ts';
import { startDemo } from './start-demo.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const checks = createChecks(print);
const parts = await startDemo(process.env, print);
const receiver = await startReceiver();

try {
  const webhook = await parts.client.webhooks.create({
    ...SAMPLE,
    events: [...SAMPLE.events],
    targetUrl: `${receiver.url}/api/webhooks/sales`,
    // The real schedule takes days and the real rule an hour; both are the webhook's to set.
    retry: { delaysSeconds: [0.2, 0.2], jitter: 0 },
    tooManyErrors: { count: 8, forSeconds: 0 },
  });
  checks.section('A webhook is saved');
  checks.check(
    'it is Active and shows no secret',
    webhook.state === 'Active' && !JSON.stringify(webhook).includes(SAMPLE.secret),
    `id ${webhook.id}`,
  );
  await showDelivery(parts, receiver, webhook, checks);
  await showRetries(parts, receiver, checks);
  await showTooManyErrors(parts, receiver, webhook, checks);
  await showGone(parts, receiver, webhook, checks);
  await parts.client.webhooks.delete(webhook.id);
  await showDialects(parts, receiver, checks);
} catch (error) {
  checks.check('the demo ran to its end', false, error instanceof Error ? error.message : String(error));
} finally {
  await parts.stop();
  await receiver.close();
}
process.exitCode = checks.finish() ? 0 : 1;
