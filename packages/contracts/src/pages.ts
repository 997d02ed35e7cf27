import Joi from 'joi';

/** A page of a list. `nextCursor` is opaque; null on the last page. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Query parameters that every list takes. They arrive as text, so `limit` is converted here. */
export const pageParameters = {
  limit: Joi.string()
    .pattern(/^(?:[1-9]\d?|1\d\d|200)$/)
    .default('50')
    .messages({ 'string.pattern.base': '{{#label}} must be a whole number from 1 to 200' }),
  cursor: Joi.string().max(200),
};
