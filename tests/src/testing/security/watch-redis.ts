import { connect } from 'node:net';

/** All that Redis was ever told, from now on: keys, values, job payloads and scripts. */
export interface RedisWatch {
  text(): string;
  close(): void;
}

/** By `MONITOR`, whose lines are the commands with their arguments. */
export const watchRedis = async (url: string): Promise<RedisWatch> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
    socket.once('connect', () => socket.write('MONITOR\r\n'));
  });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    text: () => Buffer.concat(chunks).toString('latin1'),
    close: () => void socket.destroy(),
  };
};
