import type { Order, OrderAnswer } from './orders.ts';

export type OrderHandlers = Readonly<Record<string, (input: never) => unknown>>;

const tell = (answer: OrderAnswer): void => {
  process.send?.(answer);
};

const carryOut = async (handlers: OrderHandlers, { id, order, input }: Order): Promise<OrderAnswer> => {
  try {
    const handler = handlers[order];
    if (handler === undefined) throw new Error(`no such order: ${order}`);
    return { id, value: await handler(input as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

/**
 * Makes this process a program of the benchmarks: says that it is ready, carries out what its parent asks, and ends when the
 * parent lets go of it or is gone. `info` is what the parent gets to know at the start, such as a port.
 */
export const serveOrders = (handlers: OrderHandlers, info: unknown = null): void => {
  process.on('message', (order: Order) => void carryOut(handlers, order).then(tell));
  // Ends here and not by a signal, so that `--cpu-prof` writes its file.
  process.once('disconnect', () => process.exit(0));
  tell({ ready: true, info });
};

/** The settings that a parent gave to a program: JSON as its one argument. */
export const readSettings = <T>(): T => JSON.parse(process.argv[2] ?? 'null') as T;
