import { VERSION } from '@posthorn/contracts';

export const USER_AGENT = `Posthorn/${VERSION}`;
