import type { Service } from '../programs/start-service.ts';
import type { Installation } from './install-posthorn.ts';

/** The services of docker-compose.yml, one of each. */
const SERVICES = ['scheduler', 'api', 'notifier', 'worker', 'ingest'] as const;

export type AllServices = Readonly<Record<(typeof SERVICES)[number], Service>>;

/** Starts them one after the other: at once they would keep each other from starting in time on a small machine. */
export const startAllServices = async (
  posthorn: Installation,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<AllServices> => {
  const services: Partial<Record<keyof AllServices, Service>> = {};
  for (const name of SERVICES) services[name] = await posthorn.start(name, { POSTHORN_DATA_DIR: dataDir, ...env });
  return services as AllServices;
};
