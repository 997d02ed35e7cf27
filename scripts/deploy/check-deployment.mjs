import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWorkload, readConfig } from './check-workload.mjs';
import { readCompose } from './read-compose.mjs';
import { readKubernetes } from './read-kubernetes.mjs';

/** The files that describe how Posthorn is deployed, as text. */
export const readDeployment = (root) => ({
  manifest: readFileSync(join(root, 'package.json'), 'utf8'),
  compose: readFileSync(join(root, 'docker-compose.yml'), 'utf8'),
  caddyfile: readFileSync(join(root, 'deploy/Caddyfile'), 'utf8'),
  kubernetes: Object.fromEntries(
    readdirSync(join(root, 'k8s'), { recursive: true })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => [file, readFileSync(join(root, 'k8s', file), 'utf8')]),
  ),
});

const missing = (names, others, where) =>
  names.filter((name) => !others.includes(name)).map((name) => `${where} has no ${name}`);

const checkCounterparts = (compose, kubernetes, settings) => {
  const [inCompose, inKubernetes] = [compose, kubernetes].map((list) => list.map(({ name }) => name));
  const services = Object.keys(settings);
  return [
    ...missing(services, inCompose, 'docker-compose.yml'),
    ...missing(services, inKubernetes, 'k8s'),
    ...missing(inCompose, inKubernetes, 'k8s'),
    ...missing(inKubernetes, inCompose, 'docker-compose.yml'),
  ];
};

/** The proxy knows services by name and port. */
const checkProxy = (caddyfile, { workloads, ...context }) =>
  [...caddyfile.matchAll(/reverse_proxy .*?([a-z]+):(\d+)$/gm)].flatMap(([, name, port]) => {
    const workload = workloads.find((one) => one.name === name);
    if (workload === undefined) return [`deploy/Caddyfile: there is no service ${name}`];
    const listens = readConfig(workload, context)?.PORT;
    return listens === undefined || listens === Number(port)
      ? []
      : [`deploy/Caddyfile: ${name} listens on ${listens}, not on ${port}`];
  });

/** What ingest serves has to reach it, and a stream is answered while it is sent. */
const checkPublishing = (caddyfile, { publishPaths }) => {
  const routed = /@publish \{[^}]*\bpath (.+)$/m.exec(caddyfile)?.[1].split(' ') ?? [];
  return [
    ...missing(publishPaths, routed, 'deploy/Caddyfile: @publish'),
    ...missing(['enable_full_duplex'], caddyfile.split(/\s+/), 'deploy/Caddyfile'),
  ];
};

const ofKind = (documents, kind) => documents.filter((document) => document.kind === kind);

const selects = (selector, name) => selector?.['app.kubernetes.io/component'] === name;

const checkService = ({ metadata, spec }, deployments) => {
  const deployment = deployments.find(({ spec: { template } }) =>
    Object.entries(spec.selector).every(([key, value]) => template.metadata.labels[key] === value),
  );
  if (deployment === undefined) return [`k8s: Service ${metadata.name} selects no pods`];
  const names = deployment.spec.template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
  return spec.ports
    .filter(({ targetPort }) => !names.includes(targetPort))
    .map(({ targetPort }) => `k8s: Service ${metadata.name}: its pods have no port ${targetPort}`);
};

const checkDeployment = (deployment, documents) => {
  const { name } = deployment.metadata;
  const budgets = ofKind(documents, 'PodDisruptionBudget');
  const spread = deployment.spec.template.spec.topologySpreadConstraints ?? [];
  const scaled = ofKind(documents, 'HorizontalPodAutoscaler').some(({ spec }) => spec.scaleTargetRef.name === name);
  return [
    ...(selects(deployment.spec.selector.matchLabels, name) ? [] : ['does not select its own pods']),
    ...(budgets.some(({ spec }) => selects(spec.selector.matchLabels, name)) ? [] : ['has no PodDisruptionBudget']),
    ...(spread.some((one) => selects(one.labelSelector.matchLabels, name)) ? [] : ['does not spread over nodes']),
    // With both, every `kubectl apply` would take back what the autoscaler decided.
    ...(scaled === (deployment.spec.replicas === undefined) ? [] : ['needs replicas or an autoscaler, and not both']),
  ].map((problem) => `k8s: Deployment ${name}: ${problem}`);
};

/** A template that were a resource would overwrite the real one; one with a value in it might hold a secret. */
const checkSecret = ({ kustomization, secret }) => [
  ...(kustomization.resources.includes('secret.template.yaml')
    ? ['k8s: secret.template.yaml must not be a resource']
    : []),
  ...Object.entries(secret.stringData)
    .filter(([, value]) => value !== '')
    .map(([key]) => `k8s: secret.template.yaml has a value for ${key}`),
];

const checkObjects = ({ documents, ...rest }) => {
  const deployments = ofKind(documents, 'Deployment');
  return [
    ...deployments.flatMap((deployment) => checkDeployment(deployment, documents)),
    ...ofKind(documents, 'Service').flatMap((service) => checkService(service, deployments)),
    ...checkSecret(rest),
  ];
};

/**
 * Everything in the deployment files that the code would not agree with.
 * @param context `{ root, settings (by service, `migrate` included), parseConfig, probePaths, publishPaths, secrets }`
 */
export const findProblems = (files, context) => {
  const image = `posthorn:${JSON.parse(files.manifest).version}`;
  const compose = readCompose(files.compose, context.secrets);
  const kubernetes = readKubernetes(files.kubernetes, context.secrets);
  const ours = compose.filter(({ isOurs }) => isOurs);
  return [
    ...[...compose, ...kubernetes.workloads].flatMap((workload) => checkWorkload(workload, { ...context, image })),
    ...checkCounterparts(ours, kubernetes.workloads, context.settings),
    ...checkProxy(files.caddyfile, { ...context, workloads: ours }),
    ...checkPublishing(files.caddyfile, context),
    ...checkObjects(kubernetes),
  ];
};
