import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { untilTrue } from './start-console.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/**
 * What axe finds against WCAG 2.2 A and AA, and against good habits, as one line each. It is run through the debugger, so
 * that the page's content security policy stands as it is.
 */
export const findViolations = async (page: Page): Promise<string[]> => {
  // Things that move have another contrast on their way.
  await untilTrue(page, 'nothing moves', "document.getAnimations().every(({ playState }) => playState !== 'running')");
  await page.evaluate(`if (globalThis.axe === undefined) { ${AXE} }`);
  const { violations } = await page.evaluate<AxeResult>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary = '' }) =>
        `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, ' ')}`,
    ),
  );
};
