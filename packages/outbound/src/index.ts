export { createAddressGuard, type AddressGuard, type AddressPolicy, type AddressVerdict } from './check-address.ts';
export { type BodyCollector, createBodyCollector, readContentEncoding } from './collect-body.ts';
export { checkTargetUrl, type TargetUrlVerdict } from './check-target-url.ts';
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  readRunners,
  type RelaySender,
  type Route,
} from './create-dispatcher.ts';
export { createOutbound } from './create-outbound.ts';
export { InvalidAddressPolicyError, InvalidOutboundRequestError } from './errors.ts';
export type {
  Lookup,
  Outbound,
  OutboundError,
  OutboundErrorCode,
  OutboundOptions,
  OutboundRequest,
  OutboundResponse,
  OutboundResult,
  OutboundTimings,
} from './outbound-types.ts';
export { NO_TIMINGS } from './time-phases.ts';
