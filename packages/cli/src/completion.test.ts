import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { POSTHORN_COMMAND, startCommand } from '@posthorn/testing';

const run = promisify(execFile);

const scriptFor = async (shell: string): Promise<string> => {
  const { status, stdout } = await startCommand({ file: POSTHORN_COMMAND, args: ['completion', shell] }).ended;
  expect(status).toBe(0);
  return stdout;
};

/** What bash offers when Tab is pressed at the end of these words. */
const complete = async (script: string, ...words: string[]): Promise<string[]> => {
  const quoted = ['posthorn', ...words].map((word) => `'${word}'`).join(' ');
  const program = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _posthorn; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-u', '-c', program]);
  return stdout.split('\n').filter((line) => line !== '');
};

test('the script for bash is valid and completes commands, options and their values', async () => {
  const script = await scriptFor('bash');
  await run('bash', ['-n', '-c', script]);
  expect(await complete(script, '')).toEqual(
    expect.arrayContaining(['login', 'webhooks', 'events', 'deliveries', 'replay', 'listen', 'stats', 'doctor']),
  );
  expect(await complete(script, 'webh')).toEqual(['webhooks']);
  expect(await complete(script, 'webhooks', 'r')).toEqual(['rotate-secret']);
  expect(await complete(script, 'replays', 'list', '--state', 'pa')).toEqual(['paused']);
  expect(await complete(script, 'deliveries', 'list', '--st')).toEqual(['--status']);
  expect(await complete(script, 'deliveries', 'list', '--status', 'he')).toEqual(['held']);
  expect(await complete(script, 'webhooks', 'list', '--state', '')).toEqual(['Active', 'Stopped', 'TooManyErrors']);
  expect(await complete(script, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await complete(script, 'listen', '--forward-to', '')).toEqual([]);
  expect(await complete(script, 'webhooks', 'list', '--token-file', 'package.js')).toEqual(['package.json']);
  expect(await complete(script, 'webhooks', 'show', '7', '--js')).toEqual(['--json']);
});

/** Not on every machine. */
const has = async (shell: string): Promise<boolean> =>
  run(shell, ['--version']).then(
    () => true,
    () => false,
  );

test.each(['zsh', 'fish'])(
  'the script for %s knows every command, and is valid where the shell is there',
  async (shell) => {
    const script = await scriptFor(shell);
    for (const word of ['rotate-secret', 'tail', 'forward-to', 'TooManyErrors']) expect(script).toContain(word);
    if (await has(shell)) await run(shell, ['-n', '-c', script]);
  },
);

test('another shell is refused with those that there are', async () => {
  const { status, stderr } = await startCommand({ file: POSTHORN_COMMAND, args: ['completion', 'tcsh'] }).ended;
  expect(status).toBe(2);
  expect(stderr).toMatch(/Allowed choices are bash, zsh, fish/);
});
