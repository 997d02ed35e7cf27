import type { ConnectPhase } from './open-socket.ts';
import type { OutboundTimings } from './outbound-types.ts';

/** Takes the times of the exchanges of one connection, one exchange after the other. */
export interface PhaseClock {
  /** A new exchange, which began at `startedAt` (`performance.now()`). */
  begin(startedAt: number): void;
  /** Its connection is being made, and enters this phase. */
  enter(phase: ConnectPhase): void;
  /** The headers of its answer are there. */
  answered(): void;
  read(): OutboundTimings;
}

/** What is known of an exchange that never had a connection. */
export const NO_TIMINGS: OutboundTimings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };

type Part = 'dnsMs' | 'connectMs' | 'tlsMs';

/** What each phase counts for. All that it takes through a proxy until TLS can begin is connecting. */
const PARTS: Record<ConnectPhase, Part | null> = {
  resolving: 'dnsMs',
  reaching_proxy: 'connectMs',
  tunnelling: 'connectMs',
  connecting: 'connectMs',
  handshaking: 'tlsMs',
  connected: null,
};

/** Makes the clock of one connection. A part is timed when the next one begins: one that failed has no time. */
export const createPhaseClock = (): PhaseClock => {
  let startedAt = 0;
  let part: Part | null = null;
  let partSince = 0;
  let timings = NO_TIMINGS;

  return {
    begin(at) {
      startedAt = at;
      part = null;
      timings = NO_TIMINGS;
    },
    enter(phase) {
      const next = PARTS[phase];
      if (next === part) return;
      const now = performance.now();
      if (part !== null) timings = { ...timings, [part]: Math.round(now - partSince) };
      part = next;
      partSince = now;
    },
    answered() {
      timings = { ...timings, firstByteMs: Math.round(performance.now() - startedAt) };
    },
    read: () => timings,
  };
};
