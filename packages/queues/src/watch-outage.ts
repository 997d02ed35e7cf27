import type { BackendEvents, ConnectionEvents } from './connection-events.ts';

const REPEAT_AFTER_MS = 30_000;
/** An outage has ended when no error came for so long and the queue answers. */
const LOOK_AFTER_MS = 1000;

export interface OutageWatch {
  events: BackendEvents;
  close(): void;
}

/**
 * Makes one outage two lines in a log, not thousands: passes on its first error (again every half a minute, while they
 * come), and its end. Connections are many, of several kinds, and come back one after the other, so that none of them knows
 * when all is well: it is looked at, until the queue answers and all are silent.
 */
export const watchOutage = (listener: ConnectionEvents, look: () => Promise<void>): OutageWatch => {
  let toldAt: number | null = null;
  let errorAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const lookAgain = async (): Promise<void> => {
    const lookedAt = performance.now();
    const answers = await look().then(
      () => true,
      () => false,
    );
    timer = undefined;
    if (closed) return;
    if (!answers || errorAt >= lookedAt) {
      lookLater();
      return;
    }
    toldAt = null;
    listener.onBack();
  };
  const lookLater = (): void => {
    timer ??= setTimeout(() => void lookAgain(), LOOK_AFTER_MS);
  };

  return {
    events: {
      onLost(error) {
        if (closed) return;
        errorAt = performance.now();
        if (toldAt === null || errorAt - toldAt >= REPEAT_AFTER_MS) {
          toldAt = errorAt;
          listener.onLost(error);
        }
        lookLater();
      },
      onEvicting: (node, policy) => listener.onEvicting(node, policy),
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
};
