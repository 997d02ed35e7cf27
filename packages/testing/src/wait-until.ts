/**
 * Resolves with the first value that is neither false, null nor undefined. For conditions that only show in a database or
 * another process; what happens in this process is awaited with a latch instead.
 * @throws Error that names what was awaited, when it does not come in time.
 */
export const waitUntil = async <T>(
  what: string,
  check: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  { timeoutMs = 20_000, intervalMs = 20 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== false && value !== null && value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Did not come within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
};
