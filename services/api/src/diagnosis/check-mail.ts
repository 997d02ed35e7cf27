import { readMailTrouble } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Check, type Finding, failure, fine, reasonOf, warning } from './check.ts';

/** Longer than the first pauses between two tries. */
const LATE_SECONDS = 300;

const MEND =
  'See whether the mail server runs, and whether SMTP_URL is right. Notices wait meanwhile, and none is lost.';
const RESEND = 'Mend the cause; docs/runbook.md, "Mail does not go out", has the statement that makes them owed again.';

const plural = (count: number): string => (count === 1 ? '1 notice' : `${count} notices`);
const beOf = (count: number): string => (count === 1 ? 'is' : 'are');

const judgeRows = async ({ database }: Pick<ApiDeps, 'database'>, way: string): Promise<Finding> => {
  const { owed, oldestSeconds, givenUp, lastError } = await readMailTrouble(database);
  const because = lastError === null ? '' : ` The last error: ${reasonOf(lastError)}`;
  if (owed > 0 && oldestSeconds > LATE_SECONDS) {
    const advice = lastError === null ? 'Start `notifier`, and look into its log.' : MEND;
    return failure(`${plural(owed)} could not be sent for ${Math.round(oldestSeconds / 60)} min.${because}`, advice);
  }
  if (givenUp > 0) return warning(`${plural(givenUp)} ${beOf(givenUp)} given up.${because}`, RESEND);
  return fine(`${way} ${owed === 0 ? 'No notice is' : `${plural(owed)} ${beOf(owed)}`} owed.`);
};

/** Whether mails leave: asked of the mail server where this process sends them, and told by the notices that are owed. */
export const checkMail = (deps: Pick<ApiDeps, 'database' | 'installation'>): Check => {
  const mail = deps.installation?.mail;
  return {
    name: 'smtp',
    advice: 'PostgreSQL has to answer first: see the check `database`.',
    async run() {
      if (mail === undefined) return judgeRows(deps, 'Mails leave from `notifier`.');
      const reason = await mail.verify().then(() => null, reasonOf);
      return reason === null
        ? judgeRows(deps, `Mails can leave: ${mail.target}.`)
        : failure(`Mails cannot leave (${mail.target}): ${reason}`, MEND);
    },
  };
};
