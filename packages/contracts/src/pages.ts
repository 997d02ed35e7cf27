import Joi from 'joi';

/** A page of a list. `nextCursor` is opaque; null on the last page. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A page of a list that is searched: one call looks at so much, whether it finds anything or not. */
export interface SearchedPage<T> extends Page<T> {
  /**
   * How far back it has looked (ISO 8601 in UTC); the next page goes on from there. With a filter a page may have fewer
   * items than asked for, or none, and still not be the last one. Null: everything was looked at.
   */
  searchedUntil: string | null;
}

/** Query parameters that every list has, as they arrive. */
export interface PageQuery {
  limit: string;
  cursor?: string;
}

/** Query parameters that every list takes. They arrive as text. */
export const pageParameters = {
  limit: Joi.string()
    .pattern(/^(?:[1-9]\d?|1\d\d|200)$/)
    .default('50')
    .messages({ 'string.pattern.base': '{{#label}} must be a whole number from 1 to 200' })
    .description('Most items of a page.')
    .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } }),
  cursor: Joi.string().max(200).description('`nextCursor` of the page before. Without it: the first page.'),
};

/** Query of lists that have no filters. */
export const pageQuerySchema: Joi.ObjectSchema<PageQuery> = Joi.object<PageQuery>(pageParameters);
