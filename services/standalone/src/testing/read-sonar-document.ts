import type { ShownDocument } from '../dialects/sonar/shown-requests.ts';

interface Page {
  api: {
    url: string;
    auth: string;
    examples: { codes: { code: string }[] };
    params: { name: string; type: string; default: string; required: boolean; in: string }[];
    results: { codes: { status: number; code: string }[] };
  };
  body: string;
}

/** What stands in quotes of either kind behind an option of curl, each time that it occurs. */
const optionsOf = (command: string, option: string): string[] =>
  [...command.matchAll(new RegExp(` ${option} (?:'([^']*)'|"([^"]*)"|(\\S+))`, 'g'))].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

/** The JSON between the marks of a block of the page. */
const blockOf = (body: string, name: string): unknown => {
  const [, text = ''] = new RegExp(`\\[block:${name}\\]([\\s\\S]*?)\\[/block\\]`).exec(body) ?? [];
  return JSON.parse(text);
};

const readSettings = (body: string): ShownDocument['settings'] => {
  const { data, rows } = blockOf(body, 'parameters') as { data: Record<string, string>; rows: number };
  return Array.from({ length: rows }, (_, row) => [data[`${row}-0`] ?? '', data[`${row}-1`] ?? '']);
};

/** The example is no JSON: members without quotes, and two of them without a colon. */
const readMembers = (body: string): string[] => {
  const { codes } = blockOf(body, 'code') as { codes: { code: string }[] };
  let parent = '';
  return (codes[0]?.code ?? '').split('\n').flatMap((line) => {
    const [, opened] = /^\s*(\w+) \{/.exec(line) ?? [];
    const [, member] = /^\s*(\w+): '/.exec(line) ?? [];
    if (/^\s*\}/.test(line)) parent = '';
    if (member !== undefined) return [`${parent}${member}`];
    if (opened === undefined || opened === 'JSON') return [];
    parent = `${opened}.`;
    return [opened];
  });
};

/** Reads what the document of `create webhook` shows: a page as JSON in its first line. */
export const readSonarDocument = (text: string): ShownDocument => {
  const { api, body } = JSON.parse(text.split('\n', 1)[0] ?? '') as Page;
  const command = api.examples.codes[0]?.code ?? '';
  const answer = api.results.codes[0];
  return {
    request: {
      url: /^curl '([^']*)'/.exec(command)?.[1] ?? '',
      method: optionsOf(command, '-X')[0] ?? '',
      headers: optionsOf(command, '-H'),
      body: optionsOf(command, '-d')[0] ?? '',
    },
    path: api.url,
    auth: api.auth,
    parameters: api.params.map((param) => [param.name, param.type, param.default, param.required, param.in]),
    answer: { status: answer?.status ?? 0, text: answer?.code ?? '' },
    settings: readSettings(body),
    callbackMembers: readMembers(body),
  };
};
