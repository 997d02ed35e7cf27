import type { ShownCall } from '../dialects/passona/shown-requests.ts';

const readCommand = (command: string): ShownCall['request'] => ({
  method: /--request (\S+)/.exec(command)?.[1] ?? null,
  url: /'(https?:[^']*)'/.exec(command)?.[1] ?? '',
  headers: [...command.matchAll(/--header '([^']*)'/g)].map(([, line = '']) => line),
  body: /--data '([^']*)'/.exec(command)?.[1] ?? null,
});

/** Reads what the document of the webhooks shows: a heading, a box and a command for each call, and an answer for most. */
export const readPassonaDocument = (text: string): ShownCall[] =>
  text.split(/\n(?=(?:POST|PUT|GET|DELETE)\/api\/)/).flatMap((section) => {
    const parts =
      /\nRequest\n\n(\S+)\n(\S+)\n(curl [\s\S]*?)(?:\n\nResponse\n\n([\s\S]*?\n\}))?\s*(?:\nWas this page helpful\?.*)?$/.exec(
        section,
      );
    if (parts === null) return [];
    const [, method = '', path = '', command = '', answer = null] = parts;
    const heading = section.split('\n', 1)[0] ?? '';
    return [{ heading, title: { method, path }, request: readCommand(command), answer }];
  });
