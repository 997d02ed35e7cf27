const SLOTS = 16_384;
/** Slots among which a shard's tag falls: few, so that it does not fall behind the end of a node's slots. */
const WINDOW = 50;
/** Away from 0, 1/3 and 2/3, where the slots of three nodes begin. */
const OFFSET = 0.1;

/** CRC16-CCITT (XModem), by which Redis Cluster assigns slots: Redis Cluster specification, "Appendix A". */
const crc16 = (text: string): number => {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80_00 ? ((crc << 1) ^ 0x10_21) & 0xff_ff : (crc << 1) & 0xff_ff;
  }
  return crc;
};

/** The slot of a key without braces, or of a hash tag. */
export const slotOf = (tag: string): number => crc16(tag) % SLOTS;

/**
 * First slot of a shard's window: 0, 1/3, 2/3, 1/9, 4/9, 7/9, 2/9, … of all slots (van der Corput), each a tenth further. The
 * first shards, however many they are, lie evenly over nodes with equal parts of the slots (exactly so when their number is a
 * multiple of three, as that of the nodes mostly is), and a shard's place does not depend on how many there are.
 */
const windowOf = (shard: number): number => {
  let position = OFFSET;
  for (let rest = shard, part = 1 / 3; rest > 0; rest = Math.floor(rest / 3), part /= 3) position += (rest % 3) * part;
  return Math.floor((position % 1) * SLOTS);
};

/**
 * The hash tag of a shard: `posthorn.3.41`. The last number has no meaning but to bring the tag into the shard's window.
 * Names of keys hang on this: it must give the same for ever.
 */
export const shardTag = (prefix: string, shard: number): string => {
  const first = windowOf(shard);
  for (let salt = 0; ; salt += 1) {
    const tag = `${prefix}.${shard}.${salt}`;
    if ((slotOf(tag) - first + SLOTS) % SLOTS < WINDOW) return tag;
  }
};

/**
 * What the keys of a shard begin with. All keys of a shard are in one slot, which a Cluster asks of BullMQ's scripts. On one
 * Redis the first shard has the keys that it had before there were shards.
 */
export const shardPrefix = (prefix: string, shard: number, isCluster: boolean): string =>
  isCluster || shard > 0 ? `{${shardTag(prefix, shard)}}` : prefix;
