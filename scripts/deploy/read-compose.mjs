import { readComposeServices } from '@posthorn/testing';

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
  return Object.entries(readComposeServices(text, given)).map(([name, service]) => ({
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
