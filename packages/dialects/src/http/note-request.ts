import type { PosthornError } from '@posthorn/contracts';
import type { Response } from 'express';
import type { Caller } from '../manager.ts';

/** Notes for the line that the log has of every request, and for its metrics. */
export const noteCaller = (response: Response, caller: Caller): void => {
  response.locals['accountId'] = caller.accountId;
};

export const noteError = (response: Response, error: PosthornError): void => {
  response.locals['errorCode'] = error.code;
};

/** The template of the path: what requests are counted by, where no route of Express says it. */
export const noteRoute = (response: Response, template: string): void => {
  response.locals['route'] = template;
};
