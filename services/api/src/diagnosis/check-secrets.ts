import { countSealed } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Check, failure, fine, warning } from './check.ts';

/** Whether what is sealed can be opened, by the keys that it names. */
export const checkSecrets = ({ database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>): Check => ({
  name: 'secrets',
  advice: 'PostgreSQL has to answer first: see the check `database`.',
  async run() {
    const counts = await countSealed(database);
    const { keyId, otherKeyIds } = encryption;
    const lost = counts.filter((count) => count.keyId !== keyId && !otherKeyIds.includes(count.keyId));
    if (lost.length > 0) {
      const texts = lost.reduce((sum, count) => sum + count.texts, 0);
      const ids = lost.map((count) => `"${count.keyId}"`).join(', ');
      return failure(
        `${texts} secrets and headers are sealed with the key ${ids}, which is not here.`,
        'Put that key back into POSTHORN_ENCRYPTION_KEYS, behind the first one: without it their webhooks are not delivered.',
      );
    }
    const older = counts.filter((count) => count.keyId !== keyId).reduce((sum, count) => sum + count.texts, 0);
    const advice = `Run \`npm run secrets:rotate\` before you take the key out of POSTHORN_ENCRYPTION_KEYS.`;
    return older > 0
      ? warning(`${older} secrets and headers are still sealed with an older key.`, advice)
      : fine(`Everything that is sealed is sealed with the key "${keyId}".`);
  },
});
