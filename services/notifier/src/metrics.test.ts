import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { createTransport } from './create-transport.ts';
import { createNotifierKit, type NotifierKit } from './testing/notifier-kit.ts';

let kit: NotifierKit;
beforeEach(async () => {
  kit = await createNotifierKit();
});
afterEach(() => kit.close());

const tries = async (): Promise<Record<string, number>> => {
  const metric = await kit.metrics.getSingleMetric('posthorn_notice_tries_total')?.get();
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels['outcome']), value]));
};

describe('tries are counted', () => {
  test('from zero on, as sent once the mail server has accepted', async () => {
    await kit.start();
    expect(await tries()).toEqual({ sent: 0, deferred: 0, refused: 0, unanswered: 0, given_up: 0, broken: 0 });
    await kit.createNotice();
    await waitUntil('it is counted', async () => (await tries())['sent'] === 1);
    expect(await tries()).toEqual({ sent: 1, deferred: 0, refused: 0, unanswered: 0, given_up: 0, broken: 0 });
  });

  test('as deferred while the mail server is away', async () => {
    const transport = createTransport({ smtpUrl: 'smtp://127.0.0.1:9', mailDir: '/nowhere' });
    await kit.start({ transport });
    await kit.createNotice();
    await waitUntil('it is counted', async () => Number((await tries())['deferred']) > 0);
    expect((await tries())['sent']).toBe(0);
    transport.close();
  });
});
