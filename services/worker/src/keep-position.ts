import { type Database, keepFleet, leaveFleet, newId } from '@posthorn/database';
import type { FleetPosition } from '@posthorn/domain';
import { clockOffset, type Logger, type Telemetry } from '@posthorn/runtime';
import { createClockWatch } from './watch-clock.ts';

/** This worker among the others. */
export interface FleetMembership {
  position(): FleetPosition;
  leave(): Promise<void>;
}

const HEARTBEAT_MS = 5000;

/**
 * Joins the fleet and keeps its place in it; while PostgreSQL is away the last known position stands. With every beat the
 * clock of this machine is held against PostgreSQL's.
 */
export const joinFleet = async (
  database: Database,
  logger: Logger,
  registry: Telemetry['registry'],
): Promise<FleetMembership> => {
  const id = newId();
  const clock = createClockWatch(logger, clockOffset(registry));
  const keep = async (): Promise<FleetPosition> => {
    const askedAt = Date.now();
    const { nowMs, ...position } = await keepFleet(database, id);
    clock.note({ askedAt, answeredAt: Date.now(), nowMs });
    return position;
  };
  let position = await keep();
  let beat: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beat = keep().then(
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
