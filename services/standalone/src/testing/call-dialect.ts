import type { TestPipeline } from './start-test-pipeline.ts';

export interface DialectAnswer {
  status: number;
  headers: Headers;
  text: string;
  // Bodies are judged by the assertions on them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A call of a dialect's API with a JSON body, as a client of that system makes it; `authorize` makes its headers of a token. */
export const createDialectCaller =
  (pipeline: TestPipeline, authorize: (token: string) => Record<string, string>) =>
  async (method: string, path: string, body?: unknown): Promise<DialectAnswer> => {
    const response = await fetch(`${pipeline.url}${path}`, {
      method,
      headers: {
        ...authorize(pipeline.env['POSTHORN_TOKEN'] ?? ''),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };

/** The one delivery of an event, once the event has it. */
export const onlyDelivery = async (pipeline: TestPipeline, eventId: string): Promise<string> => {
  const { deliveries } = await pipeline.client.events.get(eventId);
  if (deliveries.length !== 1) throw new Error(`The event has ${deliveries.length} deliveries.`);
  return deliveries[0]?.id ?? '';
};
