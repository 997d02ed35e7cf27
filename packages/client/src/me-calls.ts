import type { DiagnosisView, MeView } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';

/** Who calls, and how the installation is. */
export const createMeCalls = (send: Transport) => ({
  /**
   * Whose token it is, and what it may do.
   * @example const { isAdmin, account } = await client.me();
   */
  me: (options: CallOptions = {}) => send<MeView>({ method: 'GET', path: '/v1/me', ...options }),
  /**
   * What works, what does not, and what to do: the admin token. Takes some seconds where a part does not answer.
   * @example for (const { name, status, message } of (await client.diagnosis()).checks) console.log(name, status, message);
   */
  diagnosis: (options: CallOptions = {}) =>
    send<DiagnosisView>({ method: 'GET', path: '/v1/diagnosis', retries: 0, ...options }),
});
