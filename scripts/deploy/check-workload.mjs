import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Rules over one workload, wherever it is described: `{ where, name, image, isOurs, command, env, probes: [{ path, port }],
 * ports, user (null for root), readOnlyRoot, dropsAll, writable, stopSeconds, pauseSeconds }`. Each gives its problems.
 */

const checkCommand = ({ name, command }, { root, commandOf }) => {
  const shown = command.join(' ');
  const [file, ...rest] = command.slice(1).filter((part) => !part.startsWith('--'));
  if (command[0] !== 'node' || file === undefined || rest.length > 0) return [`\`${shown}\` is not \`node FILE\``];
  if (!existsSync(join(root, file))) return [`${file} is not there after a build`];
  const tested = commandOf(name).join(' ');
  return shown === tested ? [] : [`\`${shown}\` is not what is tested and measured: \`${tested}\``];
};

const checkSettings = (workload, { settings, parseConfig }) => {
  const known = settings[workload.name];
  if (known === undefined) return ['there is no service of this name'];
  const unknown = Object.keys(workload.env).filter((name) => !(name in known));
  try {
    parseConfig(known, workload.env);
  } catch (error) {
    return [...unknown.map((name) => `${name} is no setting of it`), error.message];
  }
  return unknown.map((name) => `${name} is no setting of it`);
};

/** The settings as the service sees them; null when it would not start, which another rule says. */
export const readConfig = (workload, { settings, parseConfig }) => {
  try {
    return parseConfig(settings[workload.name], workload.env);
  } catch {
    return null;
  }
};

const checkPorts = (workload, context) => {
  const config = readConfig(workload, context);
  if (config === null) return [];
  const listens = config.PORT ?? config.HEALTH_PORT;
  const asked = workload.probes.map(({ port }) => port).filter((port) => port !== listens);
  const named = workload.ports.filter((port) => port !== listens && port !== config.METRICS_PORT);
  return [...new Set([...asked, ...named])].map((port) => `port ${port}: it listens on ${listens}`);
};

const checkProbes = ({ name, probes, hasProbe }, { probePaths }) => [
  ...(name !== 'migrate' && (!hasProbe || probes.length === 0) ? ['nothing asks whether it is well'] : []),
  ...probes.filter(({ path }) => !probePaths.includes(path)).map(({ path }) => `nothing answers on ${path}`),
];

const checkStop = (workload, context) => {
  const graceSeconds = readConfig(workload, context)?.SHUTDOWN_GRACE_SECONDS;
  if (graceSeconds === undefined) return [];
  const needed = graceSeconds + workload.pauseSeconds;
  return workload.stopSeconds > needed
    ? []
    : [`is killed after ${workload.stopSeconds} s, but may take ${needed} s to stop`];
};

/** Who has no mail server writes mails into its data folder. */
const checkDataDir = (workload, context) => {
  const config = readConfig(workload, context);
  if (config?.POSTHORN_DATA_DIR === undefined || config.SMTP_URL !== undefined) return [];
  return workload.writable.some((path) => config.POSTHORN_DATA_DIR.startsWith(path))
    ? []
    : [`writes mails to ${config.POSTHORN_DATA_DIR}, which is not writable`];
};

const checkHardening = ({ user, readOnlyRoot, dropsAll, seccomp = 'RuntimeDefault' }) => [
  ...(user === null ? ['runs as root'] : []),
  ...(readOnlyRoot ? [] : ['its root file system is writable']),
  ...(dropsAll ? [] : ['keeps capabilities']),
  ...(seccomp === 'RuntimeDefault' ? [] : [`its seccomp profile is ${seccomp}`]),
];

const checkImage = ({ image }, { image: wanted }) => (image === wanted ? [] : [`its image is ${image}, not ${wanted}`]);

const ofOurs = [checkImage, checkCommand, checkSettings, checkPorts, checkProbes, checkStop, checkDataDir];

/** @param context `{ root, image, settings, parseConfig, probePaths }` */
export const checkWorkload = (workload, context) => {
  const rules = workload.isOurs ? [...ofOurs, checkHardening] : [checkHardening];
  return rules.flatMap((rule) => rule(workload, context)).map((problem) => `${workload.where}: ${problem}`);
};
