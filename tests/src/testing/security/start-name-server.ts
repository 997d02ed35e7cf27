import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parseIPv6Groups } from './parse-ipv6-groups.ts';

/** Addresses of a name, which the server may change from question to question; null: it never answers. */
export type NameAnswer = (question: { name: string; type: 'A' | 'AAAA'; nth: number }) => readonly string[] | null;

/** A DNS server on 127.0.0.1 that knows what a test tells it. */
export interface NameServer {
  /** `127.0.0.1:port` */
  address: string;
  /** Questions about a name so far, A and AAAA together. */
  asked(name: string): number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };
const HEADER_BYTES = 12;

/** RFC 1035, 4.1.2: labels, each with its length before it, an empty one at the end. */
const readQuestion = (query: Buffer): { name: string; type: number; end: number } => {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
};

const addressBytes = (address: string): Buffer =>
  isIPv6(address) ? parseIPv6Groups(address) : Buffer.from(address.split('.').map(Number));

/** RFC 1035, 4.1.3: the name is that of the question; nobody may keep the answer (TTL 0). */
const record = (type: number, address: string): Buffer => {
  const data = addressBytes(address);
  const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
};

export const startNameServer = async (answer: NameAnswer): Promise<NameServer> => {
  const socket = createSocket('udp4');
  const counts = new Map<string, number>();
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    const known = TYPES[type];
    const nth = (counts.get(`${name} ${type}`) ?? 0) + 1;
    counts.set(`${name} ${type}`, nth);
    const addresses = known === undefined ? [] : answer({ name, type: known, nth });
    if (addresses === null) return;
    const fitting = addresses.filter((address) => isIPv6(address) === (known === 'AAAA'));
    const head = Buffer.from(query.subarray(0, HEADER_BYTES));
    head.writeUInt16BE(0x8580, 2);
    head.writeUInt16BE(fitting.length, 6);
    head.writeUInt32BE(0, 8);
    const question = query.subarray(HEADER_BYTES, end);
    socket.send(Buffer.concat([head, question, ...fitting.map((one) => record(type, one))]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: (name) => [1, 28].reduce((sum, type) => sum + (counts.get(`${name} ${type}`) ?? 0), 0),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};
