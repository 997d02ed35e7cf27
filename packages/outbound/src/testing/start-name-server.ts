import { createSocket } from 'node:dgram';

type Family = 'A' | 'AAAA';

/** What a name server says of a name: addresses, an error code of DNS (2 SERVFAIL, 3 NXDOMAIN), or nothing at all. */
export type Zone = (name: string, family: Family) => { addresses: string[] } | { rcode: number } | null;

export interface NameServer {
  /** `address:port` */
  server: string;
  /** `name family` of every question, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

const readName = (message: Buffer): { name: string; end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
};

const toBytes = (address: string, family: Family): Buffer =>
  family === 'A'
    ? Buffer.from(address.split('.').map(Number))
    : // Enough for addresses such as ::1.
      Buffer.from(`${'0'.repeat(31)}${address.slice(-1)}`, 'hex');

/** A real name server over UDP on the loopback address (RFC 1035, answers of one question). */
export const startNameServer = async (zone: Zone): Promise<NameServer> => {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, { address, port }) => {
    const { name, end } = readName(message);
    const family: Family = message.readUInt16BE(end - 4) === 28 ? 'AAAA' : 'A';
    asked.push(`${name} ${family}`);
    const answer = zone(name, family);
    if (answer === null) return;
    const addresses = 'addresses' in answer ? answer.addresses : [];
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(0x8180 | ('rcode' in answer ? answer.rcode : 0), 2);
    head.writeUInt16BE(addresses.length, 6);
    head.writeUInt32BE(0, 8);
    const records = addresses.map((text) => {
      const bytes = toBytes(text, family);
      const record = Buffer.from([0xc0, 12, 0, family === 'A' ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, bytes.length]);
      return Buffer.concat([record, bytes]);
    });
    socket.send(Buffer.concat([head, message.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};
