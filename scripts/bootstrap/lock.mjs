import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

const HEARTBEAT_MS = 2_000;
const POLL_MS = 100;
/** A holder that has not touched its lock for this long is gone, or was suspended: either way it is not working. */
export const STALE_AFTER_MS = 30_000;

const readLock = (file) => {
  try {
    return { text: readFileSync(file, 'utf8'), ageMs: Date.now() - statSync(file).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const isStale = ({ text, ageMs }) => {
  if (ageMs > STALE_AFTER_MS) return true;
  const [host, pid] = text.split(' ');
  // A pid says something only on its own machine; in a shared folder the heartbeat has to do. An empty file is being written.
  return host === hostname() && pid !== undefined && !isAlive(Number(pid));
};

/** Of several that find the same stale lock, one removes it; a lock that was renewed in the meantime is put back. */
const removeStale = (file, seen) => {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== seen) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
};

const tryTake = (file, text) => {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

const keepFresh = (file) => {
  const touch = () => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody removed the lock by hand; there is nothing to keep.
    }
  };
  const timer = setInterval(touch, HEARTBEAT_MS);
  timer.unref();
  return timer;
};

/**
 * Runs the work while holding a lock file, waiting for another holder first. The lock of a process that died is taken over.
 * @param onWait called once when the lock is held by someone else.
 */
export const withLock = async (file, work, onWait = () => {}) => {
  const text = `${hostname()} ${process.pid} ${randomUUID()}`;
  let waited = false;
  while (!tryTake(file, text)) {
    const seen = readLock(file);
    if (seen !== null && isStale(seen)) {
      removeStale(file, seen.text);
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const heartbeat = keepFresh(file);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readLock(file)?.text === text) rmSync(file, { force: true });
  }
};
