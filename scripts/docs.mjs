import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bootstrap, projectRoot } from './bootstrap.mjs';
import { checkDependencies, checkLockFile } from './docs/check-dependencies.mjs';
import { checkLinks } from './docs/check-links.mjs';
import { checkPromises } from './docs/check-promises.mjs';
import { checkRunbook } from './docs/check-runbook.mjs';
import { describeServices } from './docs/describe-setting.mjs';
import { diffLines } from './docs/diff-lines.mjs';
import { renderConfiguration } from './docs/render-configuration.mjs';
import { renderEnvExample } from './docs/render-env-example.mjs';
import { renderMetrics } from './docs/render-metrics.mjs';
import { renderPrometheusRule } from './docs/render-prometheus-rule.mjs';

/** The generated files and their text. */
const renderAll = async (metrics) => {
  const { serviceSettings, standaloneSettings } = await import('@posthorn/contracts');
  const { FORMATS, withDialectSettings } = await import('@posthorn/dialects');
  const { createDocument } = await import('@posthorn/openapi');
  const services = describeServices({
    standaloneSettings: withDialectSettings(standaloneSettings),
    serviceSettings: { ...serviceSettings, api: withDialectSettings(serviceSettings.api) },
  });
  const read = (path) => readFileSync(join(projectRoot, path), 'utf8');
  return {
    'docs/configuration.md': renderConfiguration(services),
    '.env.example': renderEnvExample(services),
    'docs/openapi.json': `${JSON.stringify(createDocument({ formats: FORMATS }), null, 2)}\n`,
    'docs/operations.md': renderMetrics(read('docs/operations.md'), metrics),
    'k8s/monitoring/prometheus-rule.yaml': renderPrometheusRule(read('deploy/prometheus/rules.yaml')),
  };
};

const write = (texts) => {
  for (const [path, text] of Object.entries(texts)) {
    const file = join(projectRoot, path);
    const changed = !existsSync(file) || readFileSync(file, 'utf8') !== text;
    mkdirSync(dirname(file), { recursive: true });
    if (changed) writeFileSync(file, text);
    console.log(`${path}: ${changed ? 'written' : 'unchanged'}`);
  }
};

const checkGenerated = ([path, text]) => {
  const file = join(projectRoot, path);
  const lines = diffLines(existsSync(file) ? readFileSync(file, 'utf8') : '', text);
  return lines.length === 0 ? [] : [`${path} is not what the code says; run \`npm run docs\`:\n${lines.join('\n')}\n`];
};

const check = (texts, metrics) => {
  const problems = [
    ...Object.entries(texts).flatMap(checkGenerated),
    ...checkDependencies(projectRoot),
    ...checkLinks(projectRoot),
    ...checkLockFile(projectRoot),
    ...checkPromises(projectRoot),
    ...checkRunbook(projectRoot, metrics),
  ];
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'The docs agree with the code.' : `${problems.length} problem(s) with the docs.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
};

const commands = { write, check };
const command = commands[process.argv[2]];
if (command === undefined) {
  console.error('Usage: node scripts/docs.mjs write|check');
  process.exit(2);
}
await bootstrap();
const { listMetrics } = await import('@posthorn/runtime');
const metrics = listMetrics();
command(await renderAll(metrics), metrics);
