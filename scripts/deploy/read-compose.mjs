import yaml from 'js-yaml';

/**
 * What compose makes of `${NAME:-default}` and `${NAME:?message}`.
 * @throws Error for a variable that must be given and is not.
 */
const interpolate = (text, given) =>
  text.replaceAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name, operator, rest) => {
    if (given[name]) return given[name];
    if (operator === '?') throw new Error(`docker-compose.yml: ${name} must be given`);
    return operator === '-' ? rest : '';
  });

const deepInterpolate = (value, given) => {
  if (typeof value === 'string') return interpolate(value, given);
  if (Array.isArray(value)) return value.map((item) => deepInterpolate(item, given));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deepInterpolate(item, given)]));
};

const asText = (environment = {}) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));

/** The address that a healthcheck asks, by its URL in the command. */
const readProbe = (test) => {
  const url = /http:\/\/127\.0\.0\.1:(\d+)(\/[a-z]*)/.exec((test ?? []).join(' '));
  return url === null ? [] : [{ port: Number(url[1]), path: url[2] }];
};

const readSeconds = (text) => {
  const [, amount, unit] = /^(\d+)(s|m)$/.exec(text ?? '10s') ?? [];
  return Number(amount) * (unit === 'm' ? 60 : 1);
};

const readUser = (user) => (user === undefined || /^(0|root)(:|$)/.test(user) ? null : user);

/** Every service of docker-compose.yml as a plain workload; see `check-workload.mjs` for the form. */
export const readCompose = (text, given) => {
  const { services } = deepInterpolate(yaml.safeLoad(text), given);
  return Object.entries(services).map(([name, service]) => ({
    where: `docker-compose.yml: ${name}`,
    name,
    image: service.image,
    isOurs: service.build !== undefined,
    command: service.command ?? [],
    env: asText(service.environment),
    probes: readProbe(service.healthcheck?.test),
    hasProbe: service.healthcheck !== undefined,
    ports: [],
    user: readUser(service.user),
    readOnlyRoot: service.read_only === true,
    dropsAll: service.cap_drop?.includes('ALL') === true,
    writable: [...(service.tmpfs ?? []), ...(service.volumes ?? []).map((volume) => volume.split(':')[1])],
    stopSeconds: readSeconds(service.stop_grace_period),
    pauseSeconds: 0,
  }));
};
