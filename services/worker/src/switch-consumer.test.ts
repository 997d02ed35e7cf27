import { expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { switchConsumer } from './switch-consumer.ts';

/** Consumers that take note of being opened and closed; one closes when it is told that its jobs are done. */
const consumers = () => {
  const said: string[] = [];
  const finish: (() => void)[] = [];
  const open = () => {
    const nth = finish.length + 1;
    said.push(`opened ${nth}`);
    return {
      async close() {
        said.push(`closing ${nth}`);
        await new Promise<void>((resolve) => finish.push(resolve));
        said.push(`closed ${nth}`);
      },
    };
  };
  return { said, finish, open };
};

test('a consumer that is switched on again is opened once the one before has finished its jobs', async () => {
  const { said, finish, open } = consumers();
  const consumer = switchConsumer(open, true);
  consumer.set(false);
  await waitUntil('it is closing', () => finish.length === 1);
  consumer.set(true);
  expect(said).toEqual(['opened 1', 'closing 1']);
  finish[0]?.();
  await waitUntil('the next one is open', () => said.includes('opened 2'));
  const closed = consumer.close();
  await waitUntil('it is closing', () => finish.length === 2);
  consumer.set(true);
  finish[1]?.();
  await closed;
  expect(said).toEqual(['opened 1', 'closing 1', 'closed 1', 'opened 2', 'closing 2', 'closed 2']);
});

test('one that begins switched off is opened when it is switched on', async () => {
  const { said, open } = consumers();
  const consumer = switchConsumer(open, false);
  expect(said).toEqual([]);
  consumer.set(true);
  await waitUntil('it is open', () => said.includes('opened 1'));
});
