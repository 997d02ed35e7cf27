import { createLatch } from '../create-latch.ts';
import type { Match } from './match-bytes.ts';
import { openDoor } from './open-door.ts';
import { joinSockets, type Passage, type Watch } from './watch-connection.ts';

/** Something that the gate keeps from passing. */
export interface Hold {
  /** Resolves once it is kept: from then on nothing of that connection goes on in that direction. */
  held(timeoutMs?: number): Promise<void>;
  /** Lets go what is kept, and keeps no more. */
  passOn(): void;
}

/**
 * A gate on the way from a service to PostgreSQL or Redis. Everything passes it unchanged; at a word of the test it stops one
 * connection at exactly one step of the service's work: before a statement reaches the server, or once the server has
 * carried it out and before the service hears of it.
 */
export interface Gate {
  port: number;
  /** An address of the server with the gate's in its place. */
  through(url: string): string;
  /** Keeps the next request that matches from the server. */
  holdRequest(match: Match): Hold;
  /** Keeps the answer to the next request that matches from the service; held once it has come as far as `until`. */
  holdAnswer(match: Match, until?: string): Hold;
  /** Counts the requests that match from now on. */
  count(match: Match): { readonly passed: number };
  /** Breaks all connections and refuses new ones: a server that is gone. */
  shut(): void;
  /** Lets connections in again. */
  open(): Promise<void>;
  /** Keeps everything, on new connections too: a network that loses all of it. `thaw` lets it go. */
  freeze(): void;
  thaw(): void;
  /** Ends the gate with all its connections. */
  close(): void;
}

const NOTHING: Watch = { request: () => false, answer: () => false };

/** Starts a gate before the server at this address. */
export const startGate = async (target: { host: string; port: number }): Promise<Gate> => {
  const passages = new Set<Passage>();
  /** Rules, each with what makes its watch over one connection. */
  const rules = new Map<object, () => Watch>();
  let frozen = false;

  const addRule = (watch: () => Watch): object => {
    const rule = {};
    rules.set(rule, watch);
    for (const passage of passages) passage.watches.set(rule, watch());
    return rule;
  };
  const releaseAll = (): void => {
    for (const passage of passages) passage.release();
  };
  const breakAll = (): void => {
    for (const passage of passages) passage.break();
  };

  /** A rule that keeps something of one connection, once; `tell` says that it does. */
  const holdOnce = (watch: (claim: () => boolean, tell: () => void) => Watch): Hold => {
    const held = createLatch<true>('passage through the gate that is held');
    let claimed = false;
    const claim = (): boolean => !claimed && (claimed = true);
    const rule = addRule(() => watch(claim, () => held.push(true)));
    return {
      async held(timeoutMs) {
        await held.waitFor(1, timeoutMs);
      },
      passOn() {
        rules.delete(rule);
        for (const passage of passages) passage.watches.delete(rule);
        releaseAll();
      },
    };
  };

  const door = await openDoor((client) => {
    const passage = joinSockets(client, target, {
      isFrozen: () => frozen,
      onEnd: (ended) => passages.delete(ended),
    });
    for (const [rule, watch] of rules) passage.watches.set(rule, watch());
    passages.add(passage);
  });

  return {
    port: door.port,
    through(url) {
      const address = new URL(url);
      address.hostname = '127.0.0.1';
      address.port = String(door.port);
      return address.href;
    },
    holdRequest: (match) =>
      holdOnce((claim, tell) => {
        const matches = match();
        return {
          ...NOTHING,
          request(text) {
            if (!matches(text) || !claim()) return false;
            tell();
            return true;
          },
        };
      }),
    holdAnswer: (match, until = '') =>
      holdOnce((claim, tell) => {
        const matches = match();
        let mine = false;
        let answered = '';
        return {
          request(text) {
            if (matches(text) && claim()) mine = true;
            return false;
          },
          answer(text) {
            if (!mine) return false;
            answered += text;
            if (answered.includes(until)) tell();
            return true;
          },
        };
      }),
    count(match) {
      const counter = { passed: 0 };
      addRule(() => {
        const matches = match();
        return {
          ...NOTHING,
          request(text) {
            if (matches(text)) counter.passed += 1;
            return false;
          },
        };
      });
      return counter;
    },
    shut() {
      door.shut();
      breakAll();
    },
    open: door.open,
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
      releaseAll();
    },
    close() {
      door.shut();
      breakAll();
    },
  };
};
