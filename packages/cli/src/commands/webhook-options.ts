import type { CreateWebhookBody } from '@posthorn/client';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import { readTokenFile } from '../config/find-connection.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { collectHeader, collectProperty, parseJson, readList, readTextFrom } from '../read-arguments.ts';

/** What `create` and `edit` take. */
export interface WebhookOptions {
  body?: string;
  name?: string;
  events?: string[];
  target?: string;
  errorsEmail?: string;
  method?: NonNullable<CreateWebhookBody['httpMethod']>;
  header?: Record<string, string>;
  property?: Record<string, unknown>;
  type?: string;
  format?: string;
  secretFile?: string;
  activate?: true;
  stop?: true;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];

export const addWebhookOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'for people')
    .option('--events <types>', 'event types and patterns, with commas between them: contact.*,order.paid', readList)
    .option('--target <address>', 'where its deliveries go')
    .option('--errors-email <address>', 'is told when it is switched off')
    .addOption(new Option('--method <method>', 'HTTP method').choices(METHODS))
    .option('--header <header>', 'sent with every delivery, `Name: value`; may be given again', collectHeader)
    .option('--property <property>', 'sent in every body, `name=value`; may be given again', collectProperty)
    .option('--body <file>', 'a file of JSON with these and all other fields of the API; - for standard input');

const readFileBody = async (cli: Cli, file: string): Promise<Partial<CreateWebhookBody>> => {
  const body = parseJson(await readTextFrom(cli, file), 'The body');
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new CliError('The body must be a JSON object.', EXIT.usage);
};

const stateOf = ({ activate, stop }: WebhookOptions): Pick<CreateWebhookBody, 'state'> => {
  if (activate === true && stop === true) throw new CliError('--activate and --stop exclude each other.', EXIT.usage);
  if (activate === true) return { state: 'Active' };
  return stop === true ? { state: 'Stopped' } : {};
};

/** The body of a call; options win over the file. What is right is for the server to judge. */
export const readWebhookBody = async (cli: Cli, options: WebhookOptions): Promise<Partial<CreateWebhookBody>> => {
  const { body, name, events, target, errorsEmail, method, header, property, type, format, secretFile } = options;
  const given = {
    name,
    events,
    targetUrl: target,
    errorsEmail,
    httpMethod: method,
    headers: header,
    properties: property,
    type,
    format,
    secret: secretFile === undefined ? undefined : await readTokenFile(secretFile),
  };
  return {
    ...(body === undefined ? {} : await readFileBody(cli, body)),
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as Partial<CreateWebhookBody>),
    ...stateOf(options),
  };
};
