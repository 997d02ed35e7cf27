import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Code that runs in services: what it writes into the log is what an operator can find there. */
const SOURCE_FOLDERS = ['packages', 'services'];
const NO_SOURCE = /\.test\.ts$|\.d\.ts$|\/(?:testing|generated|dist|node_modules)\//;

const listSources = (root) =>
  SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(root, folder, String(name)))
      .filter((path) => path.endsWith('.ts') && !NO_SOURCE.test(path) && !path.includes('/packages/testing/')),
  );

/** A call of a logger, up to its message. */
const LOGGED = /logger\s*\.(?:debug|info|warn|error|fatal)\((?:[^;]*?,\s*)?['`]([a-z_]+\.[a-z_${}]+)['`]\s*,?\s*\)/g;

/** The messages that services log. `replay.${x}` stands for any word after the dot. */
export const listLogKeys = (root) => {
  const keys = new Set();
  for (const path of listSources(root)) {
    for (const [, key] of readFileSync(path, 'utf8').matchAll(LOGGED)) keys.add(key.replace(/\$\{.*/, '*'));
  }
  return keys;
};

const METRIC = /\bposthorn_[a-z_]+[a-z]\b/g;
/** In backticks, two words joined by a dot. Names of files end in what is no message. */
const LOG_KEY = /`([a-z_]+\.[a-z_]+)`/g;
const FILE = /\.(?:ts|md|mjs|json|yaml|yml|sql|log|env)$/;

const baseOf = (metric) => metric.replace(/_(?:bucket|sum|count)$/, '');

/** Anchors of the headings of a page, as its readers link to them. */
export const listAnchors = (page) =>
  new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/**
 * What the runbook names and nobody shows: metrics, log messages, alerts, sections.
 * @param known `{ metrics, logKeys, alerts }`, sets of names.
 */
export const findUnknownNames = (page, { metrics, logKeys, alerts }) => {
  const anchors = listAnchors(page);
  const isLogged = (key) => logKeys.has(key) || logKeys.has(key.replace(/\..*/, '.*'));
  return page.split('\n').flatMap((line, index) => {
    const where = `docs/runbook.md:${index + 1}`;
    return [
      ...[...line.matchAll(METRIC)]
        .filter(([name]) => !metrics.has(name) && !metrics.has(baseOf(name)))
        .map(([name]) => `${where} names ${name}, a metric that no service shows`),
      ...[...line.matchAll(LOG_KEY)]
        .filter(([, key]) => !FILE.test(key) && !isLogged(key))
        .map(([, key]) => `${where} names ${key}, which no service logs`),
      ...[...line.matchAll(/`(Posthorn[A-Z]\w+)`/g)]
        .filter(([, name]) => !alerts.has(name))
        .map(([, name]) => `${where} names ${name}, which is no alert`),
      ...[...line.matchAll(/\]\(#([^)]+)\)/g)]
        .filter(([, anchor]) => !anchors.has(anchor))
        .map(([, anchor]) => `${where} links to #${anchor}, which is no section`),
    ];
  });
};

/** Alerts of rules.yaml, by their names in its text. */
export const listAlerts = (rules) => new Set([...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name));

/** @param metrics as `listMetrics` gives them. */
export const checkRunbook = (root, metrics) => {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  return findUnknownNames(read('docs/runbook.md'), {
    // Metrics of Node's processes begin otherwise, and are looked at where queries are checked.
    metrics: new Set(metrics.map(({ name }) => name)),
    logKeys: listLogKeys(root),
    alerts: listAlerts(read('deploy/prometheus/rules.yaml')),
  });
};
