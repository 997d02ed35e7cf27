import { join } from 'node:path';
import { VERSION } from '@posthorn/contracts';
import type { DataDir } from './prepare-data-dir.ts';

export interface BannerInput {
  url: string;
  dataDir: DataDir;
  database: string;
  queue: string;
  mail: string;
  allowCidrs: readonly string[];
  hasConsole: boolean;
}

/** A receiver that prints what it gets, for whoever has none at hand. */
const RECEIVER = [
  `node -e 'require("http").createServer((q, s) => { let b = "";`,
  `q.on("data", (c) => (b += c)).on("end", () => { console.log(q.headers, b); s.end(); });`,
  `}).listen(4000, "127.0.0.1", () => console.log("Listening on port 4000"))'`,
].join(' ');

const curl = (url: string, token: string, body: object): string =>
  [
    `curl -sS ${url} \\`,
    `  -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');

const indent = (text: string): string => text.replaceAll(/^/gm, '    ');

const quote = (text: string): string => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** One credential in words, and how a shell gets at it. Absolute paths: the other terminal may be in another folder. */
const describeToken = (dataDir: DataDir, name: 'token' | 'adminToken', file: string, variable: string) => {
  const path = join(dataDir.path, file);
  const { [name]: source } = dataDir.sources;
  if (source === 'given') return { text: `that of ${variable}`, shell: `$${variable}` };
  if (source === 'kept') return { text: `in ${path}`, shell: `$(cat ${quote(path)})` };
  return { text: `${dataDir[name]}   (kept in ${path}, not shown again)`, shell: dataDir[name] };
};

/** What a new user reads first: where it is, with which token, and three commands to see it work. */
export const renderBanner = (input: BannerInput): string => {
  const { url, dataDir } = input;
  // A new token is shown this once; afterwards the commands read it from its file, so that no log of a later start holds it.
  const { text, shell: token } = describeToken(dataDir, 'token', 'token', 'POSTHORN_TOKEN');
  const admin = describeToken(dataDir, 'adminToken', 'admin-token', 'POSTHORN_ADMIN_TOKEN');
  const lines = [
    `Posthorn ${VERSION} is ready: ${url}`,
    '',
    `  database   ${input.database}`,
    `  queue      ${input.queue}`,
    `  notices    ${input.mail}`,
    ...(input.hasConsole ? [`  console    ${url}/console`] : []),
    `  API        described at ${url}/docs`,
    `  webhooks may reach public addresses${input.allowCidrs.length > 0 ? ` and ${input.allowCidrs.join(', ')}` : ' only'}`,
    '',
    `  token        ${text}`,
    `  admin token  ${admin.text}`,
    '',
    'Try it. A receiver, in another terminal:',
    '',
    indent(RECEIVER),
    '',
    'A first webhook:',
    '',
    indent(
      curl(`${url}/v1/webhooks`, token, {
        name: 'My first webhook',
        events: ['contact.*'],
        targetUrl: 'http://127.0.0.1:4000/',
      }),
    ),
    '',
    'A first event:',
    '',
    indent(curl(`${url}/v1/events`, token, { type: 'contact.created', data: { id: 1, name: 'Ada Lovelace' } })),
    '',
    'Ctrl-C stops it; the data stays.',
  ];
  return `${lines.join('\n')}\n`;
};
