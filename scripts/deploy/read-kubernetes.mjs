import yaml from 'js-yaml';

const fromLiterals = (literals) => Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2)));

const readMaps = (kustomization) =>
  new Map((kustomization.configMapGenerator ?? []).map(({ name, literals }) => [name, fromLiterals(literals)]));

/** Value of one variable; a secret's stands in `given`, because the repository holds none. */
const readVariable = ({ name, value, valueFrom }, { secret, given, where }) => {
  const reference = valueFrom?.secretKeyRef;
  if (reference === undefined) return [name, value ?? ''];
  if (reference.name !== secret.metadata.name || !(reference.key in secret.stringData)) {
    throw new Error(`${where}: ${reference.name}.${reference.key} is not in secret.template.yaml`);
  }
  return [name, given[reference.key] ?? ''];
};

const readEnv = (container, context) => {
  const maps = (container.envFrom ?? []).map(({ configMapRef }) => {
    const map = context.maps.get(configMapRef.name);
    if (map === undefined) throw new Error(`${context.where}: there is no ConfigMap ${configMapRef.name}`);
    return map;
  });
  return Object.assign({}, ...maps, Object.fromEntries((container.env ?? []).map((one) => readVariable(one, context))));
};

const portNumber = (port, ports) =>
  typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;

const readProbes = (container) =>
  [container.livenessProbe, container.readinessProbe, container.startupProbe].flatMap((probe) =>
    probe?.httpGet === undefined
      ? []
      : [{ path: probe.httpGet.path, port: portNumber(probe.httpGet.port, container.ports ?? []) }],
  );

const fullImage = (image, images = []) => {
  const change = images.find(({ name }) => name === image);
  return change === undefined ? image : `${change.newName ?? image}:${change.newTag}`;
};

/** How long a container waits before it is told to stop: nothing but `sleep` is used. */
const readPause = (container) => Number(container.lifecycle?.preStop?.exec?.command?.[1] ?? 0);

const readWorkload = (document, container, context) => {
  const pod = document.spec.template.spec;
  const security = { ...pod.securityContext, ...container.securityContext };
  return {
    where: context.where,
    name: document.metadata.name,
    image: fullImage(container.image, context.kustomization.images),
    isOurs: true,
    command: container.command,
    env: readEnv(container, context),
    probes: readProbes(container),
    hasProbe: container.livenessProbe !== undefined && container.readinessProbe !== undefined,
    ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    user: security.runAsNonRoot === true && security.runAsUser > 0 ? String(security.runAsUser) : null,
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    dropsAll: security.capabilities?.drop?.includes('ALL') === true && security.allowPrivilegeEscalation === false,
    seccomp: security.seccompProfile?.type,
    writable: (container.volumeMounts ?? []).map(({ mountPath }) => mountPath),
    stopSeconds: pod.terminationGracePeriodSeconds ?? 30,
    pauseSeconds: readPause(container),
  };
};

/**
 * The workloads of a kustomize base, and its other documents.
 * @param files text by file name, `kustomization.yaml` and `secret.template.yaml` among them.
 */
export const readKubernetes = (files, given) => {
  const kustomization = yaml.safeLoad(files['kustomization.yaml']);
  const secret = yaml.safeLoad(files['secret.template.yaml']);
  const maps = readMaps(kustomization);
  const documents = kustomization.resources.flatMap((file) => yaml.safeLoadAll(files[file]));
  const workloads = documents
    .filter((document) => document.spec?.template !== undefined)
    .flatMap((document) =>
      document.spec.template.spec.containers.map((container) => {
        const where = `k8s: ${document.kind} ${document.metadata.name}`;
        return readWorkload(document, container, { where, kustomization, maps, secret, given });
      }),
    );
  return { kustomization, secret, documents, workloads };
};
