import type { PosthornError } from '@posthorn/contracts';
import type { Response } from 'express';
import type { Caller } from '../manager.ts';

/** Notes for the line that the log has of every request. */
export const noteCaller = (response: Response, caller: Caller): void => {
  response.locals['accountId'] = caller.accountId;
};

export const noteError = (response: Response, error: PosthornError): void => {
  response.locals['errorCode'] = error.code;
};
