/** The built file, also where the sources run: a service knows no test transform. */
const MODULE = new URL('../../dist/deployment/shift-clock.js', import.meta.url);

/** Settings of a service whose clock jumps by so many milliseconds at SIGUSR2, and back at the next one. */
export const shiftClockSettings = (shiftMs: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${MODULE.href}`,
  CLOCK_SHIFT_MS: String(shiftMs),
});
