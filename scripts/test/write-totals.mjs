import { writeFileSync } from 'node:fs';

/** Jest reporter that leaves the totals where `scripts/test.mjs` reads them. */
export default class WriteTotals {
  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      // A file that does not even load has no failed test of its own; it must not disappear from the count.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(process.env.POSTHORN_TEST_TOTALS, JSON.stringify(totals));
  }
}
