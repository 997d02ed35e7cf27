import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import yaml from 'js-yaml';

/** Where the schema of a kind is: module and class. A kind without one is a problem, not a gap. */
const SCHEMAS = {
  'apps/v1 Deployment': ['kubernetes-models/apps/v1', 'Deployment'],
  'autoscaling/v2 HorizontalPodAutoscaler': ['kubernetes-models/autoscaling/v2', 'HorizontalPodAutoscaler'],
  'batch/v1 Job': ['kubernetes-models/batch/v1', 'Job'],
  'keda.sh/v1alpha1 ScaledObject': ['@kubernetes-models/keda/keda.sh/v1alpha1', 'ScaledObject'],
  'monitoring.coreos.com/v1 PodMonitor': [
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    'PodMonitor',
  ],
  'monitoring.coreos.com/v1 PrometheusRule': [
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    'PrometheusRule',
  ],
  'networking.k8s.io/v1 NetworkPolicy': ['kubernetes-models/networking.k8s.io/v1', 'NetworkPolicy'],
  'policy/v1 PodDisruptionBudget': ['kubernetes-models/policy/v1', 'PodDisruptionBudget'],
  'v1 Namespace': ['kubernetes-models/v1', 'Namespace'],
  'v1 Secret': ['kubernetes-models/v1', 'Secret'],
  'v1 Service': ['kubernetes-models/v1', 'Service'],
};

const kindOf = ({ apiVersion, kind }) => `${apiVersion} ${kind}`;

const require = createRequire(import.meta.url);

/** Kustomize's own files are read by kustomize, and have no schema in the cluster. */
const isResource = ({ apiVersion }) => !String(apiVersion).startsWith('kustomize.config.k8s.io/');

/** Documents of the manifests: `{ where, document }`. @param files text by file name. */
export const readDocuments = (files) =>
  Object.entries(files).flatMap(([file, text]) =>
    yaml
      .safeLoadAll(text)
      .filter((document) => isResource(document))
      .map((document) => ({ where: `k8s/${file}: ${document.kind} ${document.metadata?.name}`, document })),
  );

/** Values that the schema refuses: a wrong type, a missing field. */
const validate = ({ where, document }) => {
  const schema = SCHEMAS[kindOf(document)];
  if (schema === undefined) return [`${where}: no schema for ${kindOf(document)}`];
  const [module, name] = schema;
  const { [name]: Model } = require(module);
  try {
    new Model(document).validate();
    return [];
  } catch (error) {
    return [`${where}: ${error.message}`];
  }
};

const program = (documents) =>
  documents
    .flatMap(({ document }, index) => {
      const [module, name] = SCHEMAS[kindOf(document)];
      return [
        `import type { I${name} as T${index} } from '${module}';`,
        `export const d${index}: T${index} = ${JSON.stringify(document)};`,
      ];
    })
    .join('\n');

/**
 * Fields that the schema does not know, which the API server would drop without a word: the documents as literals of the
 * schema's types, given to the compiler. (The validators let unknown fields pass.)
 */
const compile = (documents, root) => {
  const folder = join(root, 'node_modules/.cache', `posthorn-manifests-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const file = join(folder, 'manifests.ts');
    writeFileSync(file, program(documents));
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--types',
      '',
      '--pretty',
      'false',
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, '--ignoreConfig', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    const problems = [...stdout.matchAll(/manifests\.ts\((\d+),\d+\): error \w+: (.*)/g)].map(([, line, message]) => {
      // Two lines a document: the import and the literal.
      const { where } = documents[Math.floor((Number(line) - 1) / 2)];
      return `${where}: ${message}`;
    });
    return status !== 0 && problems.length === 0 ? [`The manifests could not be compiled: ${stdout}`] : problems;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Everything in the manifests that the schemas of Kubernetes, KEDA and the Prometheus Operator do not allow. */
export const checkSchemas = (files, root) => {
  const documents = readDocuments(files);
  const invalid = documents.flatMap(validate);
  const known = documents.filter(({ document }) => kindOf(document) in SCHEMAS);
  return [...invalid, ...compile(known, root)];
};
