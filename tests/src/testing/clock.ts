/** Milliseconds since 1970 by a clock that never jumps: comparable with the arrivals of the counting receiver. */
export const now = (): number => performance.timeOrigin + performance.now();
