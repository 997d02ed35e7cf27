import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'coverage', '.git', '.posthorn']);

const listPages = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listPages(join(dir, entry.name));
    return entry.name.endsWith('.md') ? [join(dir, entry.name)] : [];
  });

/** Code is full of brackets; what is in it is no link. Lines stay, so that they can be counted. */
const withoutCode = (text) =>
  text.replace(/^(```+)[^\n]*\n[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '');

const linksIn = (line) => [
  ...[...line.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(([, target]) => target),
  ...[...line.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g)].map(([, target]) => target),
];

const isLocal = (target) => !/^[a-z][a-z0-9+.-]*:/i.test(target) && !target.startsWith('#');

/** Relative links in the project's pages that lead nowhere. */
export const checkLinks = (root) =>
  listPages(root).flatMap((page) =>
    withoutCode(readFileSync(page, 'utf8'))
      .split('\n')
      .flatMap((line, index) =>
        linksIn(line)
          .filter(isLocal)
          .map((target) => decodeURI(target.replace(/[#?].*$/, '')))
          .filter((target) => !existsSync(join(target.startsWith('/') ? root : dirname(page), target)))
          .map((target) => `${relative(root, page)}:${index + 1} links to ${target}, which is not there`),
      ),
  );
