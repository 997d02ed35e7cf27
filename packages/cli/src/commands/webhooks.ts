import { type Command, Option } from 'commander';
import type { PatchWebhookBody, WebhookState } from '@posthorn/client';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { confirm } from '../output/confirm.ts';
import { readDuration, readNumber, readWebhookId } from '../read-arguments.ts';
import { withSession } from '../session.ts';
import { takeItems } from '../take-items.ts';
import { withExamples } from './examples.ts';
import { addWebhookOptions, readWebhookBody, type WebhookOptions } from './webhook-options.ts';
import { showTest, showWebhook, showWebhooks } from './webhook-views.ts';

const STATES = ['Active', 'Stopped', 'TooManyErrors'] as const;

interface ListOptions {
  name?: string;
  search?: string;
  event?: string;
  state?: WebhookState;
  failing?: true;
  limit: number;
}

const addList = (webhooks: Command, cli: Cli): void => {
  const list = webhooks
    .command('list')
    .alias('ls')
    .description('list webhooks')
    .option('--name <name>', 'those with exactly this name')
    .option('--search <text>', 'those with this text in their name or their target')
    .option('--event <type>', 'those that an event of this type reaches')
    .addOption(new Option('--state <state>', 'those in this state').choices(STATES))
    .option('--failing', 'those whose last attempt failed')
    .option('--limit <n>', 'at most so many', readNumber, 100)
    .action(
      withSession<ListOptions>(
        cli,
        async ({ connect, out, signal }, { name, search, event, state, failing, limit }) => {
          const client = await connect();
          const params = { name, search, event, state, failing, limit: Math.min(limit, 200) };
          const items = await takeItems(client.webhooks.listAll(params, { signal }), limit);
          out.show(items, () => showWebhooks(out, items));
        },
      ),
    );
  withExamples(list, 'posthorn webhooks list --failing', 'posthorn webhooks list --state TooManyErrors --json');
};

const addCreateAndEdit = (webhooks: Command, cli: Cli): void => {
  const create = addWebhookOptions(webhooks.command('create').description('create a webhook; shows its secret'))
    .option('--type <type>', 'default webhook: delivered over HTTP')
    .option('--format <format>', 'form of the callback; default standard')
    .option('--secret-file <file>', 'a file with the signing secret; made when missing')
    .action(
      withSession<WebhookOptions>(cli, async ({ connect, out, signal }, options) => {
        const body = await readWebhookBody(cli, options);
        const { name, events, targetUrl } = body;
        if (name === undefined || events === undefined || targetUrl === undefined) {
          throw new CliError('A new webhook needs --name, --events and --target (or a --body with them).', EXIT.usage);
        }
        const client = await connect();
        const webhook = await client.webhooks.create({ ...body, name, events, targetUrl }, { signal });
        const { secret } = await client.webhooks.secret(webhook.id, { signal });
        out.show({ ...webhook, secret }, () => {
          showWebhook(out, webhook);
          out.print(`Secret:  ${secret ?? 'none'}`);
        });
      }),
    );
  withExamples(
    create,
    'posthorn webhooks create --name CRM --events contact.*,company.created --target https://crm.example.com/hooks',
    "posthorn webhooks create --body webhook.json --header 'X-Api-Key: 4711'",
  );
  const edit = addWebhookOptions(
    webhooks.command('edit').argument('<id>').description('change a webhook; what is not given stays'),
  )
    .option('--activate', 'make it Active; also resets its count of errors')
    .option('--stop', 'stop it: what comes is held')
    .action(
      withSession<WebhookOptions>(cli, async ({ connect, out, signal }, options, [id]) => {
        const webhookId = readWebhookId(id);
        const { secret: _secret, format: _format, ...body } = await readWebhookBody(cli, options);
        if (Object.keys(body).length === 0) throw new CliError('Nothing to change was given.', EXIT.usage);
        const client = await connect();
        const webhook = await client.webhooks.update(webhookId, body satisfies PatchWebhookBody, { signal });
        out.show(webhook, () => showWebhook(out, webhook));
      }),
    );
  withExamples(
    edit,
    'posthorn webhooks edit 7 --activate',
    'posthorn webhooks edit 7 --target https://new.example.com/',
  );
};

const addTest = (webhooks: Command, cli: Cli): void => {
  const test = webhooks
    .command('test')
    .argument('<id>')
    .description('send a test event now; exit status 1 when the receiver fails')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id]) => {
        const webhookId = readWebhookId(id);
        const result = await (await connect()).webhooks.test(webhookId, { signal });
        if (result.outcome === 'failed') cli.setExitCode(EXIT.failed);
        out.show(result, () => showTest(out, result));
      }),
    );
  withExamples(test, 'posthorn webhooks test 7');
};

const addRotateAndDelete = (webhooks: Command, cli: Cli): void => {
  const rotate = webhooks
    .command('rotate-secret')
    .argument('<id>')
    .description('make a new secret; the old one signs beside it for a while')
    .option('--overlap <duration>', 'how long, such as 1h; 0s drops it at once. Default a day', readDuration)
    .action(
      withSession<{ overlap?: number }>(cli, async ({ connect, out, signal }, { overlap }, [id]) => {
        const webhookId = readWebhookId(id);
        const body = overlap === undefined ? {} : { overlapSeconds: overlap };
        const secrets = await (await connect()).webhooks.rotateSecret(webhookId, body, { signal });
        out.show(secrets, () => {
          out.print(`New secret:  ${secrets.secret ?? 'none'}`);
          for (const { expires } of secrets.previous) out.print(`The one before signs until ${expires}`);
        });
      }),
    );
  withExamples(rotate, 'posthorn webhooks rotate-secret 7 --overlap 1h');
  const remove = webhooks
    .command('delete')
    .alias('rm')
    .argument('<id>')
    .description('delete a webhook; what it still had to deliver is discarded')
    .option('-y, --yes', 'do not ask')
    .action(
      withSession<{ yes?: true }>(cli, async ({ connect, out, signal }, { yes }, [id]) => {
        const webhookId = readWebhookId(id);
        const client = await connect();
        const { name } = await client.webhooks.get(webhookId, { signal });
        if (yes !== true) await confirm(cli, `Delete webhook ${webhookId} (${name}) and what it has to deliver?`);
        await client.webhooks.delete(webhookId, { signal });
        out.show({ id: webhookId, deleted: true }, () => out.print(`Webhook ${webhookId} is deleted.`));
      }),
    );
  withExamples(remove, 'posthorn webhooks delete 7 --yes');
};

/** `posthorn webhooks …` */
export const addWebhookCommands = (program: Command, cli: Cli): void => {
  const webhooks = program.command('webhooks').alias('webhook').description('see and change webhooks');
  addList(webhooks, cli);
  const show = webhooks
    .command('show')
    .argument('<id>')
    .description('show a webhook')
    .action(
      withSession(cli, async ({ connect, out, signal }, _options, [id]) => {
        const webhookId = readWebhookId(id);
        const webhook = await (await connect()).webhooks.get(webhookId, { signal });
        out.show(webhook, () => showWebhook(out, webhook));
      }),
    );
  withExamples(show, 'posthorn webhooks show 7', 'posthorn webhooks show 7 --json | jq .lastError');
  addCreateAndEdit(webhooks, cli);
  addTest(webhooks, cli);
  addRotateAndDelete(webhooks, cli);
};
