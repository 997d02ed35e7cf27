import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { findConnection } from '../config/find-connection.ts';
import { diagnose, type Finding } from '../diagnose.ts';
import type { Colour, Output } from '../output/create-output.ts';
import { clean } from '../output/format.ts';
import { renderTable } from '../output/show-table.ts';
import { withSession } from '../session.ts';
import { withExamples } from './examples.ts';

const COLOURS: Readonly<Record<Finding['status'], Colour>> = { ok: 'green', warning: 'yellow', failed: 'red' };

const showFindings = (out: Output, findings: readonly Finding[]): void => {
  const rows = findings.map(({ name, status, message }) => [name, out.paint(COLOURS[status], status), clean(message)]);
  out.print(renderTable(['check', 'status', 'what was seen'], rows));
  const advised = findings.filter(({ advice }) => advice !== null);
  if (advised.length > 0) out.print('\nWhat to do:');
  for (const { name, advice } of advised) out.print(`- ${name}: ${clean(advice ?? '')}`);
};

/** `posthorn doctor` */
export const addDoctorCommand = (program: Command, cli: Cli): void => {
  const doctor = program
    .command('doctor')
    .description('look for what is wrong, and say what to do; with the admin token the whole installation is looked at')
    .action(
      withSession(cli, async ({ out, globals, signal }) => {
        const connection = await findConnection(cli, globals);
        cli.setBaseUrl(connection.baseUrl);
        const { exitCode, findings } = await diagnose(connection, signal);
        cli.setExitCode(exitCode);
        out.show({ ok: exitCode === 0, baseUrl: connection.baseUrl, checks: findings }, () =>
          showFindings(out, findings),
        );
      }),
    );
  withExamples(doctor, 'posthorn doctor', 'posthorn doctor --token-file .posthorn/admin-token');
};
