import { runCli } from './run-cli.ts';

const { argv, env, stdin, stdout, stderr } = process;

process.exitCode = await runCli({ args: argv.slice(2), env, stdin, stdout, stderr });
