import Joi from 'joi';

/** A schema for every field of T, neither more nor fewer, of the kind that the field has. */
type FieldSchemas<T> = { [K in keyof T]-?: Joi.Schema<NonNullable<T[K]>> };

const requireUnlessOptional = (schema: Joi.Schema): Joi.Schema => {
  const { presence } = (schema.describe().flags ?? {}) as { presence?: string };
  return presence === undefined ? schema.required() : schema;
};

/** The schema of an object in an answer. Every field is always there, but for those that are marked `.optional()`. */
export const answerSchema = <T extends object>(fields: FieldSchemas<T>): Joi.ObjectSchema<T> =>
  Joi.object<T>(
    Object.fromEntries(
      Object.entries<Joi.Schema>(fields).map(([name, schema]) => [name, requireUnlessOptional(schema)]),
    ) as Joi.PartialSchemaMap<T>,
  );

/**
 * One with a name of its own in the OpenAPI document, where everything that holds it refers to it.
 * @param component is shown to people and becomes the name of a type in generated clients.
 */
export const namedAnswerSchema = <T extends object>(component: string, fields: FieldSchemas<T>): Joi.ObjectSchema<T> =>
  answerSchema<T>(fields).meta({ component });

/** A moment as answers show it: ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it. */
export const momentSchema = Joi.string().isoDate().example('2026-01-31T08:30:00.000Z');
