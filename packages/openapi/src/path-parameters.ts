import type { JsonSchema } from './to-json-schema.ts';

export interface PathParameter {
  description: string;
  schema: JsonSchema;
  example: string | number;
}

const integerId = { type: 'integer', minimum: 1, maximum: 2_147_483_647 };
const typeId = (prefix: string) => ({ type: 'string', pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` });

/** What stands in a path, by the name that it has there. One that nothing has is 404, whatever its form. */
export const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  webhookId: { description: 'A webhook.', schema: integerId, example: 7 },
  accountId: { description: 'An account.', schema: integerId, example: 1 },
  tokenId: {
    description: 'A token; not its value.',
    schema: typeId('tok'),
    example: 'tok_01kf9wz3zcf3yb61z0wkxp4h2m',
  },
  eventId: { description: 'An event.', schema: typeId('evt'), example: 'evt_01kf9wz3ytfvv8yg4n4ezdmqx5' },
  replayId: { description: 'A replay.', schema: typeId('rpl'), example: 'rpl_01kf9y0r3de6xvvd9b1p4h8k2m' },
  listenerId: { description: 'A listener.', schema: typeId('lsn'), example: 'lsn_01kf9z2m4gfxp8r7s6t5v4w3e2' },
  deliveryId: { description: 'A delivery.', schema: typeId('dlv'), example: 'dlv_01kf9wz3ytf5ermr8dbm0y1d2g' },
};

/** Names of the parameters of a path, in order. */
export const parametersOf = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
