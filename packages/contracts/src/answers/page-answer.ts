import Joi from 'joi';
import type { Page, SearchedPage } from '../pages.ts';
import { momentSchema, namedAnswerSchema } from './answer-schema.ts';

const nextCursor = Joi.string().allow(null).description('Opaque: the `cursor` of the next page; null on the last one.');

/** A page of `item`; `component` is the name of the page. */
export const pageAnswer = <T>(component: string, item: Joi.Schema<T>): Joi.ObjectSchema<Page<T>> =>
  namedAnswerSchema<Page<T>>(component, {
    items: Joi.array().items(item),
    nextCursor,
  });

/** A page of a list that is searched. */
export const searchedPageAnswer = <T>(component: string, item: Joi.Schema<T>): Joi.ObjectSchema<SearchedPage<T>> =>
  namedAnswerSchema<SearchedPage<T>>(component, {
    items: Joi.array().items(item),
    nextCursor,
    searchedUntil: momentSchema
      .allow(null)
      .description(
        'How far back this page has looked; the next one goes on from there. With a filter a page may have fewer items than asked for, or none, and still not be the last one. Null: everything was looked at.',
      ),
  });
