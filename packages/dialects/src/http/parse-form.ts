import { PosthornError } from '@posthorn/contracts';
import qs from 'qs';

/**
 * A form with brackets (`webhook[settings][a]=true`, `events[]=b`) as the object that it stands for.
 * @throws PosthornError `malformed_body` when it has more than 1,000 parts or is nested deeper than 10.
 */
export const parseForm = (text: string): Record<string, unknown> => {
  try {
    return qs.parse(text, {
      depth: 10,
      strictDepth: true,
      parameterLimit: 1000,
      arrayLimit: 200,
      throwOnLimitExceeded: true,
      ignoreQueryPrefix: false,
    });
  } catch (error) {
    throw new PosthornError('malformed_body', 'The form is too large or nested too deep.', { cause: error });
  }
};
