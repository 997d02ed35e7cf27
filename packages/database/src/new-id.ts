import { v7 } from 'uuid';

/** A fresh time-ordered id (UUID v7, RFC 9562): ids of one process made later sort later. */
export const newId = (): string => v7();
