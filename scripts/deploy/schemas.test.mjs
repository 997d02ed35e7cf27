import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import yaml from 'js-yaml';
import { projectRoot } from '../bootstrap.mjs';
import { checkSchemas } from './check-schemas.mjs';
import { change, files } from './testing.mjs';

const check = ({ kubernetes }) => checkSchemas(kubernetes, projectRoot);

test('every manifest is one that the schemas of its kind allow, with no field that they do not know', () => {
  expect(check(files)).toEqual([]);
});

test.each([
  [
    'a field that is misspelt',
    'worker.yaml',
    'livenessProbe:',
    'livenesProbe:',
    [/^k8s\/worker\.yaml: Deployment worker: .*'"livenesProbe"' does not exist/],
  ],
  [
    'a field in the wrong place',
    'keda/worker-scaling.yaml',
    'pollingInterval: 15',
    'interval: 15',
    [/^k8s\/keda\/worker-scaling\.yaml: ScaledObject worker: .*'"interval"' does not exist/],
  ],
  [
    'a value of the wrong type',
    'ingest.yaml',
    'maxReplicas: 4',
    'maxReplicas: four',
    [/ingest: .*maxReplicas must be integer/, /ingest: .*'string' is not assignable to type 'number'/],
  ],
  [
    'a field that is missing',
    'api.yaml',
    /  selector:\n    matchLabels: \{ app\.kubernetes\.io\/component: api \}\n  strategy/,
    '  strategy',
    [/api: .*must have required property selector/, /Property '"selector"' is missing/],
  ],
  [
    'a rule without an expression',
    'monitoring/prometheus-rule.yaml',
    'expr: absent(posthorn_attempt_slots)',
    'query: absent(posthorn_attempt_slots)',
    [/PrometheusRule posthorn: .*expr/, /'"query"' does not exist/],
  ],
  [
    'a kind that nobody knows',
    'network-policy.yaml',
    'kind: NetworkPolicy',
    'kind: NetPolicy',
    [/no schema for networking\.k8s\.io\/v1 NetPolicy/],
  ],
])('%s is found in %s', (_what, file, from, to, problems) => {
  const found = check(change(file, from, to));
  for (const problem of problems) expect(found).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
});

test('what a kustomization names is there', () => {
  const kustomizations = Object.keys(files.kubernetes).filter((file) => file.endsWith('kustomization.yaml'));
  expect(kustomizations.toSorted()).toEqual([
    'keda/kustomization.yaml',
    'kustomization.yaml',
    'monitoring/kustomization.yaml',
  ]);
  for (const file of kustomizations) {
    for (const resource of yaml.safeLoad(files.kubernetes[file]).resources) {
      const path = join('k8s', dirname(file), resource);
      expect([path, existsSync(join(projectRoot, path))]).toEqual([path, true]);
    }
  }
});
