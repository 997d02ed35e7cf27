import { expect, test } from '@jest/globals';
import { findProblems } from './check-deployment.mjs';
import { change, context, expectProblem } from './testing.mjs';

test.each([
  ['a command whose file is not built', 'migrate.yaml', 'migrate/main.js', 'migrate.js', /migrate: .* is not there/],
  ['a command that is none of ours', 'worker.yaml', '[node, --', '[npm, --', /worker: .* is not `node FILE`/],
  [
    'a command that nobody has tested',
    'worker.yaml',
    'semi-space-size=32',
    'semi-space-size=64',
    /worker: .*=64.* is not what is tested and measured: .*=32/,
  ],
  [
    'a variable that another service reads',
    'ingest.yaml',
    '- configMapRef: { name: posthorn-process }',
    '- configMapRef: { name: posthorn-mail }',
    /ingest: MAIL_FROM is no setting/,
  ],
  [
    'a value that the schema refuses',
    'kustomization.yaml',
    'LOG_LEVEL=info',
    'LOG_LEVEL=verbose',
    /Deployment api: .*LOG_LEVEL must be one of/s,
  ],
  [
    'a required setting that is not given',
    'scheduler.yaml',
    / +- name: DATABASE_URL\n.*\n/,
    '',
    /scheduler: .*DATABASE_URL is required/s,
  ],
  [
    'a container port on which nothing listens',
    'notifier.yaml',
    'containerPort: 3004',
    'containerPort: 3005',
    /notifier: port 3005: it listens on 3004/,
  ],
  ['a probe path that is not there', 'api.yaml', '/healthz', '/health', /api: nothing answers on \/health/],
  [
    'a service that nothing asks',
    'ingest.yaml',
    / +livenessProbe:\n.*\n.*\n.*\n/,
    '',
    /ingest: nothing asks whether it is well/,
  ],
  [
    'a container that may run as root',
    'worker.yaml',
    'runAsNonRoot: true',
    'runAsNonRoot: false',
    /worker: runs as root/,
  ],
  [
    'a root that is writable',
    'migrate.yaml',
    'readOnlyRootFilesystem: true',
    'readOnlyRootFilesystem: false',
    /migrate: its root file system is writable/,
  ],
  ['capabilities that are kept', 'notifier.yaml', 'drop: [ALL]', 'drop: [CHOWN]', /notifier: keeps capabilities/],
  [
    'privileges that may grow',
    'api.yaml',
    'allowPrivilegeEscalation: false',
    'allowPrivilegeEscalation: true',
    /api: keeps capabilities/,
  ],
  [
    'system calls that are not filtered',
    'api.yaml',
    'type: RuntimeDefault',
    'type: Unconfined',
    /api: its seccomp profile is Unconfined/,
  ],
  [
    'a kill that forgets the pause',
    'ingest.yaml',
    'terminationGracePeriodSeconds: 40',
    'terminationGracePeriodSeconds: 30',
    /ingest: is killed after 30 s, but may take 30 s/,
  ],
  [
    'mails that are written to a read-only root',
    'notifier.yaml',
    / +- name: SMTP_URL\n.*\n/,
    '',
    /notifier: writes mails to .posthorn, which is not writable/,
  ],
  [
    'another image',
    'kustomization.yaml',
    'newTag: 0.1.0',
    'newTag: 0.0.9',
    /Job migrate: its image is posthorn:0\.0\.9/,
  ],
  ['a workload that Kubernetes lacks', 'kustomization.yaml', '  - notifier.yaml\n', '', /k8s has no notifier/],
  [
    'a Service without pods',
    'api.yaml',
    /spec:\n  selector: \{ app.kubernetes.io\/component: api \}/,
    'spec:\n  selector: { app.kubernetes.io/component: rest }',
    /Service api selects no pods/,
  ],
  [
    'a Service to a port without name',
    'ingest.yaml',
    'targetPort: http',
    'targetPort: web',
    /Service ingest: its pods have no port web/,
  ],
  [
    'a workload that may be drained at once',
    'worker.yaml',
    'kind: PodDisruptionBudget',
    'kind: Other',
    /worker: has no PodDisruptionBudget/,
  ],
  [
    'a workload that may end up on one node',
    'worker.yaml',
    /labelSelector:\n.*component: worker \}/,
    'labelSelector: { matchLabels: {} }',
    /worker: does not spread over nodes/,
  ],
  [
    'replicas beside an autoscaler',
    'worker.yaml',
    'spec:\n',
    'spec:\n  replicas: 1\n',
    /worker: needs replicas or an autoscaler, and not both/,
  ],
  [
    'a secret in the repository',
    'secret.template.yaml',
    "REDIS_URL: ''",
    'REDIS_URL: redis://:password@redis',
    /has a value for REDIS_URL/,
  ],
  [
    'a template that would overwrite the secret',
    'kustomization.yaml',
    'resources:\n',
    'resources:\n  - secret.template.yaml\n',
    /must not be a resource/,
  ],
])('%s is found in %s', (_what, file, from, to, problem) => {
  expectProblem(file, from, to, problem);
});

test('a secret that the template does not name is found', () => {
  const changed = change('secret.template.yaml', /  SMTP_URL: ''\n/, '');
  expect(() => findProblems(changed, context)).toThrow(
    'k8s: Deployment notifier: posthorn.SMTP_URL is not in secret.template.yaml',
  );
});
