const INTERVAL_MS = 200;

/**
 * npm passes SIGTERM to the shell between it and us, which ends without a word: without this, `kill` on `npm start` leaves
 * the services and PostgreSQL behind. `exec node …` in package.json would do, but not on Windows. Under anything else than
 * npm, a parent that goes away means nothing (`node scripts/start.mjs &`).
 */
export const stopWithParent = (ours) => {
  if (ours.env.npm_lifecycle_event === undefined) return;
  const parent = ours.ppid;
  const timer = setInterval(() => {
    if (ours.ppid === parent) return;
    clearInterval(timer);
    ours.kill(ours.pid, 'SIGTERM');
  }, INTERVAL_MS);
  timer.unref();
};
