/** What the demo claims, one line each, true or false. */
export interface Checks {
  /** Starts a part of the demo. */
  section(title: string): void;
  /** Claims something; `detail` says what was seen. */
  check(claim: string, holds: boolean, detail?: string): void;
  /** Says what cannot be seen here, and why. */
  note(text: string): void;
  /** Prints the summary. @returns whether every claim held. */
  finish(): boolean;
}

export const createChecks = (print: (line: string) => void): Checks => {
  let held = 0;
  const broken: string[] = [];
  return {
    section(title) {
      print(`\n${title}`);
    },
    check(claim, holds, detail) {
      if (holds) held += 1;
      else broken.push(claim);
      print(`  ${holds ? '✓' : '✗'} ${claim}${detail === undefined ? '' : `  (${detail})`}`);
    },
    note(text) {
      print(`  – ${text}`);
    },
    finish() {
      print(
        `\n${broken.length === 0 ? 'The demo went as it should' : 'The demo FAILED'}: ${held} checks passed, ${broken.length} failed.`,
      );
      for (const claim of broken) print(`  ✗ ${claim}`);
      return broken.length === 0;
    },
  };
};
