import { type SqlDatabase, keepFleet, leaveFleet, newId } from '@posthorn/database/sql';
import type { FleetPosition } from '@posthorn/domain';
import type { Logger } from '@posthorn/runtime';

/** This worker among the others. */
export interface FleetMembership {
  position(): FleetPosition;
  leave(): Promise<void>;
}

const HEARTBEAT_MS = 5000;

/** Joins the fleet and keeps its place in it; while PostgreSQL is away the last known position stands. */
export const joinFleet = async (database: SqlDatabase, logger: Logger): Promise<FleetMembership> => {
  const id = newId();
  let position = await keepFleet(database, id);
  let beat: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beat = keepFleet(database, id).then(
      (next) => {
        if (next.size !== position.size) logger.info({ ...next, was: position.size }, 'fleet.changed');
        position = next;
      },
      (error: unknown) => logger.warn({ err: error }, 'fleet.heartbeat_failed'),
    );
  }, HEARTBEAT_MS);
  return {
    position: () => position,
    async leave() {
      clearInterval(timer);
      await beat;
      await leaveFleet(database, id).catch(() => {});
    },
  };
};
