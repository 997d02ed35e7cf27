import { connect, type Socket } from 'node:net';

/** What a rule of the gate makes of the bytes of one connection. */
export interface Watch {
  /** Whether the bytes are to be kept; asked for all of them, in order, those that are kept already too. */
  request(text: string): boolean;
  answer(text: string): boolean;
}

export type Direction = keyof Watch;

/** A connection through the gate. */
export interface Passage {
  watches: Map<unknown, Watch>;
  /** Lets go all that is kept. */
  release(): void;
  break(): void;
}

/** Joins a client to the server; `isKept` decides about each piece of bytes. */
export const joinSockets = (
  client: Socket,
  target: { host: string; port: number },
  { isFrozen, onEnd }: { isFrozen(): boolean; onEnd(passage: Passage): void },
): Passage => {
  const server = connect(target);
  const watches = new Map<unknown, Watch>();
  const kept: Record<Direction, Buffer[]> = { request: [], answer: [] };
  const keeping: Record<Direction, boolean> = { request: false, answer: false };
  const to: Record<Direction, Socket> = { request: server, answer: client };

  const flow = (direction: Direction, chunk: Buffer): void => {
    const text = chunk.toString('latin1');
    for (const watch of watches.values()) if (watch[direction](text)) keeping[direction] = true;
    if (keeping[direction] || isFrozen()) kept[direction].push(chunk);
    else to[direction].write(chunk);
  };
  const passage: Passage = {
    watches,
    release() {
      for (const direction of ['request', 'answer'] as const) {
        keeping[direction] = false;
        for (const chunk of kept[direction].splice(0)) to[direction].write(chunk);
      }
    },
    break() {
      client.destroy();
      server.destroy();
    },
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', passage.break);
    socket.on('close', () => {
      passage.break();
      onEnd(passage);
    });
  }
  client.on('data', (chunk: Buffer) => flow('request', chunk));
  server.on('data', (chunk: Buffer) => flow('answer', chunk));
  return passage;
};
