import { isIP } from 'node:net';
import type { AddressGuard } from './check-address.ts';
import { OutboundFailure } from './errors.ts';
import type { Lookup } from './outbound-types.ts';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

type Done = (failure: OutboundFailure | null, addresses: ResolvedAddress[]) => void;

/** Looks up all addresses of a name and hands over only those that may be reached: at least one, or a failure. */
export type ResolveAddresses = (hostname: string, done: Done) => void;

// How long callers join a lookup that is under way. It bounds the harm of one that never ends.
const JOIN_MS = 5_000;

/**
 * Makes the only way in which this package turns a name into addresses.
 *
 * Callers that ask for the same name at the same time share one lookup: a receiver with a dead name that is sent a thousand
 * requests costs one question, not a thousand.
 */
export function createAddressResolver({ guard, resolve }: { guard: AddressGuard; resolve: Lookup }): ResolveAddresses {
  const pending = new Map<string, { startedAt: number; callers: Done[] }>();

  return function resolveAddresses(hostname, done) {
    const current = pending.get(hostname);
    if (current && performance.now() - current.startedAt < JOIN_MS) {
      current.callers.push(done);
      return;
    }

    const lookup = { startedAt: performance.now(), callers: [done] };
    pending.set(hostname, lookup);
    let answered = false;
    const answer = (failure: OutboundFailure | null, addresses: ResolvedAddress[]) => {
      if (answered) return;
      answered = true;
      if (pending.get(hostname) === lookup) pending.delete(hostname);
      for (const caller of lookup.callers) caller(failure, addresses);
    };

    try {
      resolve(hostname, { all: true }, (error, addresses) => {
        if (error) answer(lookupFailure(hostname, error), []);
        else selectAllowed(guard, hostname, addresses, answer);
      });
    } catch (error) {
      answer(lookupFailure(hostname, error as NodeJS.ErrnoException), []);
    }
  };
}

function selectAllowed(guard: AddressGuard, hostname: string, found: { address: string }[], done: Done): void {
  const allowed: ResolvedAddress[] = [];
  let refusal: string | undefined;
  for (const { address } of found) {
    const verdict = guard.check(address);
    // The family is read from the address itself, so that what was checked and what is connected to are one thing.
    if (verdict.allowed) allowed.push({ address, family: isIP(address) === 6 ? 6 : 4 });
    else refusal ??= verdict.reason;
  }
  if (allowed.length > 0) done(null, allowed);
  else if (refusal === undefined) done(new OutboundFailure('dns_failed', `the name ${hostname} has no address`), []);
  else done(new OutboundFailure('address_not_allowed', `${hostname} must not be called: ${refusal}`), []);
}

function lookupFailure(hostname: string, error: NodeJS.ErrnoException): OutboundFailure {
  const why = error.code === 'ENOTFOUND' ? 'does not exist' : 'could not be looked up';
  return new OutboundFailure('dns_failed', `the name ${hostname} ${why} (${error.code ?? error.name})`);
}
