import { checkTargetUrl, createAddressGuard, createDispatcher, type Dispatcher } from '@posthorn/outbound';
import type { CheckTargetUrl } from '../api-deps.ts';

const LOOPBACK = { allowCidrs: ['127.0.0.0/8'] };
const guard = createAddressGuard(LOOPBACK);

/** The sender as services have it, but allowed to reach the tests' own receivers. Close it. */
export const openLoopbackDispatcher = (): Dispatcher => createDispatcher({ ...LOOPBACK, runners: new Map() });

export const checkLoopbackUrl: CheckTargetUrl = (url) => checkTargetUrl(url, guard);
