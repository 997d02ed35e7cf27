/** How many attempts a stream may show: so many a second, and as many at once after a pause. */
export interface Allowance {
  available(): number;
  take(count: number): void;
}

/** More than anybody reads, and little enough for a browser. */
const ATTEMPTS_PER_SECOND = 200;

export const createAllowance = (now: () => number = () => performance.now()): Allowance => {
  let left = ATTEMPTS_PER_SECOND;
  let filledAtMs = now();
  return {
    available() {
      const nowMs = now();
      left = Math.min(ATTEMPTS_PER_SECOND, left + ((nowMs - filledAtMs) / 1000) * ATTEMPTS_PER_SECOND);
      filledAtMs = nowMs;
      return Math.floor(left);
    },
    take(count) {
      left -= count;
    },
  };
};
