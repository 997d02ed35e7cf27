/** What the run came to; null when jest ended before it could say. */
const count = (totals) => totals ?? { passed: 0, failed: 1, skipped: 0 };

/** The last line of a test run, in the one form that people and CI look for. */
export const closingLine = (totals) => {
  const { passed, failed, skipped } = count(totals);
  const line = `tests: ${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
};

/** Jest's own status, but never success for a run in which no test ran or one failed. */
export const exitCode = (status, totals) => {
  const { passed, failed } = count(totals);
  return status === 0 && (failed > 0 || passed === 0) ? 1 : status;
};
