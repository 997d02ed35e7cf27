import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { serviceSettings } from '@posthorn/contracts';
import { listMetrics, openTelemetry } from '@posthorn/runtime';
import yaml from 'js-yaml';
import { projectRoot } from '../bootstrap.mjs';
import { listAnchors } from '../docs/check-runbook.mjs';
import { findUnknown, listQueries, readQuery } from './read-queries.mjs';

const read = (path) => readFileSync(join(projectRoot, path), 'utf8');
const files = {
  dashboard: read('deploy/grafana/posthorn.json'),
  rules: read('deploy/prometheus/rules.yaml'),
  scaledObject: read('k8s/keda/worker-scaling.yaml'),
};
const operations = read('docs/operations.md');
let metrics;

/** Those of ours, and those that Node's process has in a scrape. */
beforeAll(async () => {
  const logger = { info() {}, warn() {} };
  const env = { OTEL_SDK_DISABLED: true, METRICS_HOST: '127.0.0.1' };
  const telemetry = await openTelemetry(env, 'test', logger);
  const shown = await telemetry.registry.getMetricsAsJSON();
  metrics = new Map([
    ...shown.map(({ name, type }) => [name, { type, labels: [] }]),
    ...listMetrics().map((metric) => [metric.name, metric]),
  ]);
  await telemetry.close();
});

test('every metric and label that dashboard, alerts and scaling ask for is shown by a service', () => {
  const queries = listQueries(files);
  expect(queries.length).toBeGreaterThan(60);
  expect(findUnknown(queries, metrics)).toEqual([]);
});

describe('what would ask for nothing is found', () => {
  const expectProblem = (file, from, to, problem) => {
    const changed = { ...files, [file]: files[file].replace(from, to) };
    expect(changed[file]).not.toBe(files[file]);
    expect(findUnknown(listQueries(changed), metrics)).toEqual([expect.stringMatching(problem)]);
  };

  test.each([
    [
      'a metric that was renamed',
      'rules',
      'absent(posthorn_attempt_slots)',
      'absent(posthorn_slots)',
      /^alert PosthornNoWorkers: there is no metric posthorn_slots$/,
    ],
    [
      'a label that was renamed',
      'dashboard',
      'posthorn_attempts_total{outcome=',
      'posthorn_attempts_total{result=',
      /^dashboard "Attempts succeeding": posthorn_attempts_total has no label result$/,
    ],
    [
      'a counter that is asked for buckets',
      'dashboard',
      'posthorn_accept_duration_seconds_bucket',
      'posthorn_events_accepted_total_bucket',
      /there is no metric posthorn_events_accepted_total_bucket/,
    ],
    [
      'a query that cannot be read',
      'scaledObject',
      'sum(posthorn_attempts_in_flight)',
      'sum(posthorn_attempts_in_flight',
      /^KEDA trigger slots: cannot be read/,
    ],
  ])('%s', (_what, file, from, to, problem) => expectProblem(file, from, to, problem));

  test('selectors are read wherever they stand', () => {
    const query = 'rate(a{x="1"}[5m]) / on (job) (b offset 1h) > bool 0 and histogram_quantile(0.9, c{y=~"z"})';
    expect(readQuery(query)).toEqual({
      selectors: [
        { metric: 'a', labels: ['x'] },
        { metric: 'b', labels: [] },
        { metric: 'c', labels: ['y'] },
      ],
      broken: [],
    });
  });
});

describe('alerts', () => {
  const alerts = yaml.safeLoad(files.rules).groups.flatMap(({ rules }) => rules);

  test('each has a severity, a sentence, and a row with what to do', () => {
    const rows = [...operations.matchAll(/^\| `(Posthorn\w+)` \| (\w+) \| .{20,} \| .{20,} \|$/gm)];
    const documented = rows.map(([, name, severity]) => [name, severity]);
    expect(documented).toEqual(alerts.map(({ alert, labels }) => [alert, labels.severity]));
    for (const { alert, annotations } of alerts)
      expect([alert, annotations.summary]).toEqual([alert, expect.any(String)]);
  });

  test('each leads to a section of the runbook, which names it', () => {
    const runbook = read('docs/runbook.md');
    const anchors = listAnchors(runbook);
    for (const { alert, annotations } of alerts) {
      const [page, anchor] = annotations.runbook_url.split('#');
      expect([alert, page, anchors.has(anchor)]).toEqual([alert, 'docs/runbook.md', true]);
      expect([alert, runbook.includes(`\`${alert}\``)]).toEqual([alert, true]);
    }
  });
});

test('the panels of the dashboard do not overlap, and have their own numbers', () => {
  const { panels } = JSON.parse(files.dashboard);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

describe('scaling by KEDA', () => {
  const scaled = yaml.safeLoad(files.scaledObject).spec;
  const [, , autoscaler] = yaml.safeLoadAll(read('k8s/worker.yaml'));
  const trigger = (name) => scaled.triggers.find((one) => one.name === name).metadata;

  test('stands in for the autoscaler of the base, within the same bounds', () => {
    const { resources, patches } = yaml.safeLoad(read('k8s/keda/kustomization.yaml'));
    expect(resources).toEqual(['worker-scaling.yaml']);
    expect(patches.map(({ target }) => target)).toEqual([{ kind: autoscaler.kind, name: autoscaler.metadata.name }]);
    expect(patches[0].patch).toContain('$patch: delete');
    expect(scaled.scaleTargetRef).toEqual(autoscaler.spec.scaleTargetRef);
    expect([scaled.minReplicaCount, scaled.maxReplicaCount]).toEqual([
      autoscaler.spec.minReplicas,
      autoscaler.spec.maxReplicas,
    ]);
  });

  test('asks for a worker more when 70 % of the slots of the others are taken', () => {
    const [first, retry] = ['WORKER_CONCURRENCY', 'WORKER_RETRY_CONCURRENCY'].map(
      (name) => serviceSettings.worker[name].validate(undefined).value,
    );
    expect(Number(trigger('slots').threshold)).toBe((first + retry) * 0.7);
  });

  test('does not take silence for calm', () => {
    expect(scaled.triggers.map(({ metadata }) => metadata.ignoreNullValues)).toEqual(['false', 'false', 'false']);
    expect(scaled.fallback.replicas).toBeGreaterThan(scaled.minReplicaCount);
  });
});

test('every service of the base has the port that the PodMonitor asks', () => {
  const [{ port }] = yaml.safeLoad(read('k8s/monitoring/pod-monitor.yaml')).spec.podMetricsEndpoints;
  for (const service of Object.keys(serviceSettings)) {
    const [{ spec }] = yaml.safeLoadAll(read(`k8s/${service}.yaml`));
    const names = spec.template.spec.containers.flatMap(({ ports }) => ports.map(({ name }) => name));
    expect([service, names]).toEqual([service, expect.arrayContaining([port])]);
    expect(spec.template.metadata.annotations['prometheus.io/scrape']).toBe('true');
  }
});
