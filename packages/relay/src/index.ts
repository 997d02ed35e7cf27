export { createRelay } from './create-relay.ts';
export { readOffered, type RelayedRequest } from './relayed-request.ts';
