import Joi from 'joi';
import type { Page } from '../pages.ts';
import { namedAnswerSchema } from './answer-schema.ts';

/** A page of `item`; `component` is the name of the page. */
export const pageAnswer = <T>(component: string, item: Joi.Schema<T>): Joi.ObjectSchema<Page<T>> =>
  namedAnswerSchema<Page<T>>(component, {
    items: Joi.array().items(item),
    nextCursor: Joi.string().allow(null).description('Opaque: the `cursor` of the next page; null on the last one.'),
  });
