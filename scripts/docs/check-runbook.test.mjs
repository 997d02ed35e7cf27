import { expect, test } from '@jest/globals';
import { projectRoot } from '../bootstrap.mjs';
import { findUnknownNames, listAnchors, listLogKeys } from './check-runbook.mjs';

const known = {
  metrics: new Set(['posthorn_jobs_total', 'posthorn_wait_seconds']),
  logKeys: new Set(['queue.lost', 'replay.*']),
  alerts: new Set(['PosthornQueueAway']),
};

test('what services show and log is fine, in every form', () => {
  const page = [
    '## Redis is away: now',
    'alert `PosthornQueueAway`, `posthorn_jobs_total{a="b"}`, `posthorn_wait_seconds_bucket`, `queue.lost`, `replay.done`',
    'see [above](#redis-is-away-now) and `server.log`, `rules.yaml`',
  ].join('\n');
  expect(findUnknownNames(page, known)).toEqual([]);
});

test.each([
  ['`posthorn_jobs`', 'docs/runbook.md:1 names posthorn_jobs, a metric that no service shows'],
  ['`queue.gone`', 'docs/runbook.md:1 names queue.gone, which no service logs'],
  ['`PosthornQueueGone`', 'docs/runbook.md:1 names PosthornQueueGone, which is no alert'],
  ['[there](#there)', 'docs/runbook.md:1 links to #there, which is no section'],
])('%s is found', (line, problem) => {
  expect(findUnknownNames(line, known)).toEqual([problem]);
});

test('anchors are made as readers link to them', () => {
  expect([...listAnchors("# A\n## It's gone: `x_y`, twice\n")]).toEqual(['a', 'its-gone-x_y-twice']);
});

test('messages are read from the source, wherever they stand in the call', () => {
  const keys = listLogKeys(projectRoot);
  for (const key of ['service.crashed', 'queue.connection_lost', 'delivery.attempted', 'notice.given_up', 'replay.*'])
    expect([key, keys.has(key)]).toEqual([key, true]);
  expect(keys.size).toBeGreaterThan(50);
});
