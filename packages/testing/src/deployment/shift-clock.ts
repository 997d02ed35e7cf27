// Loaded into a service before its own code (NODE_OPTIONS=--import=…), to give this one process a clock that jumps: SIGUSR2 moves
// it by so many milliseconds, and the next one back. Everything else on the machine keeps its time.

const SHIFT_MS = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const RealDate = Date;
let shiftMs = 0;

class ShiftedDate extends RealDate {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    // All forms of the constructor, with years and months too.
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;

process.on('SIGUSR2', () => {
  shiftMs = shiftMs === 0 ? SHIFT_MS : 0;
});
