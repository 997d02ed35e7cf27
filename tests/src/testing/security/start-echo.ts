import { type Receiver, startReceiver } from '@posthorn/testing';

/** A receiver that refuses everything, and answers with all that it got, in every form that it can think of. */
export const startEcho = (): Promise<Receiver> =>
  startReceiver(({ headers, rawHeaders, body, path }) => {
    const values = rawHeaders.filter((_, index) => index % 2 === 1);
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
    return {
      status: 500,
      headers: { 'content-type': 'text/plain', 'x-echo': values.join(', ').replaceAll(/[^\x20-\x7e]/g, '?') },
      body: [
        `Refused: ${path}`,
        JSON.stringify(headers),
        values.map(encodeURIComponent).join('&'),
        ...values.map((value) => Buffer.from(value).toString('base64')),
        basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8'),
        body,
      ].join('\n'),
    };
  });
