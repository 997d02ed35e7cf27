import type { Deployment } from '@posthorn/testing';

/** What a log must not have after an attack: lines of level error, text that is no JSON line, a process that ended. */
export const findFaults = (deployment: Deployment): unknown[] => {
  const running = new Set(
    ['scheduler', 'api', 'notifier', 'worker', 'ingest'].flatMap((name) => deployment.of(name as 'api')),
  );
  return deployment.all.flatMap((service) => [
    ...service.lines
      .filter(({ level }) => level === 'error' || level === 'fatal')
      .map((line) => ({ process: service.name, ...line })),
    ...service.text.map((said) => ({ process: service.name, said })),
    ...(running.has(service) ? [] : [{ process: service.name, said: 'it ended' }]),
  ]);
};
