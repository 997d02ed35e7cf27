import type { OutboundErrorCode } from './outbound-types.ts';

/** A request that no caller may make: a fault of the program, not of the receiver. */
export class InvalidOutboundRequestError extends Error {
  readonly code = 'outbound_invalid_request';
  override readonly name = 'InvalidOutboundRequestError';
}

/** A policy that cannot be read. It is thrown at start-up, when the guard or the sender is made. */
export class InvalidAddressPolicyError extends Error {
  readonly code = 'outbound_invalid_address_policy';
  override readonly name = 'InvalidAddressPolicyError';
}

/**
 * A failure whose code and sentence are already known. It travels through callbacks of node:net and undici, which want
 * an Error, and becomes a value before it reaches a caller.
 */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';
  readonly code: OutboundErrorCode;

  constructor(code: OutboundErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
