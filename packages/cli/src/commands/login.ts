import { text as readStream } from 'node:stream/consumers';
import type { MeView } from '@posthorn/client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { removeLogin, saveLogin } from '../config/config-file.ts';
import { DEFAULT_URL, givenToken, givenUrl } from '../config/find-connection.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { askHidden } from '../output/confirm.ts';
import { clean } from '../output/format.ts';
import { openClient, type Session, withSession } from '../session.ts';
import { withExamples } from './examples.ts';

/** The token from a file or the environment, from standard input, or from whoever sits there; never from the command line. */
const readToken = async ({ cli, globals }: Session, baseUrl: string): Promise<string> => {
  const given = await givenToken(cli, globals);
  if (given !== undefined) return given;
  const token = cli.stdin.isTTY === true ? await askHidden(cli, `Token for ${baseUrl}: `) : await readStream(cli.stdin);
  if (token.trim() === '') throw new CliError('No token was given.', EXIT.usage);
  return token.trim();
};

const describeMe = ({ isAdmin, account, token }: MeView): string => {
  const where = account === null ? '' : ` of the account ${clean(account.name)} (${account.id})`;
  if (isAdmin) return `the admin token${where === '' ? '' : `, acting for the account ${account?.id}`}`;
  return `the token ${clean(token?.name ?? '')}${where}, which may ${token?.scopes.join(', ') ?? 'nothing'}`;
};

/** `posthorn login`, `logout` and `whoami` */
export const addLoginCommands = (program: Command, cli: Cli): void => {
  const login = program
    .command('login')
    .description('keep the address of a server and a token, which is asked for, or read from standard input')
    .action(
      withSession(cli, async (session) => {
        const { out, globals, signal } = session;
        const baseUrl = givenUrl(cli, globals) ?? DEFAULT_URL;
        cli.setBaseUrl(baseUrl);
        const token = await readToken(session, baseUrl);
        const me = await openClient({ baseUrl, token }).me({ signal });
        const file = await saveLogin(cli.env, { baseUrl, token });
        out.show({ baseUrl, file, ...me }, () => {
          out.print(`Signed in at ${baseUrl} with ${describeMe(me)}.`);
          out.print(`Kept in ${file}, for your eyes only.`);
        });
      }),
    );
  withExamples(
    login,
    'posthorn login --url https://hooks.example.com',
    'posthorn login --url http://localhost:3000 --token-file .posthorn/token',
  );
  program
    .command('logout')
    .description('forget the token that `posthorn login` has kept')
    .action(
      withSession(cli, async ({ out }) => {
        const removed = await removeLogin(cli.env);
        out.show({ signedOut: removed }, () => out.print(removed ? 'Signed out.' : 'You were not signed in.'));
      }),
    );
  program
    .command('whoami')
    .description('whose token it is, and what it may do')
    .action(
      withSession(cli, async ({ connect, out, signal }) => {
        const me = await (await connect()).me({ signal });
        out.show(me, () => out.print(`You use ${describeMe(me)}. The server is Posthorn ${clean(me.version)}.`));
      }),
    );
};
