import { addressRefusals } from '@posthorn/runtime';
import type { ApiDeps, CheckTargetUrl } from './api-deps.ts';

/** The check of target URLs, counting those that the address guard refuses. */
export const countRefusedTargets = ({ checkTargetUrl, telemetry }: ApiDeps): CheckTargetUrl => {
  const refusals = addressRefusals(telemetry.registry);
  return (url) => {
    const verdict = checkTargetUrl(url);
    if (!verdict.ok && verdict.code === 'address_not_allowed') refusals.inc({ at: 'save' });
    return verdict;
  };
};
