import type Joi from 'joi';

export interface JsonSchema {
  [keyword: string]: unknown;
}

/**
 * Schemas with a name of their own, by that name. A Joi schema names itself with `.meta({ component: 'Webhook' })`; where
 * it appears the result refers to it.
 */
export type Components = Map<string, JsonSchema>;

/** The parts of `schema.describe()` that are read here. */
interface Described {
  allow?: unknown[];
  examples?: unknown[];
  metas?: { component?: string; jsonSchema?: JsonSchema }[];
  keys?: Record<string, Described>;
  items?: Described[];
  matches?: { schema: Described }[];
  patterns?: { rule: Described }[];
}

/**
 * Members that are not named are refused in requests. Answers may get more of them with a new version, and a client that
 * checks what it gets must go on working then.
 */
type Use = 'request' | 'answer';

interface Context {
  use: Use;
  components: Components;
}

const metaOf = <K extends 'component' | 'jsonSchema'>({ metas = [] }: Described, key: K) =>
  metas.findLast((meta) => meta[key] !== undefined)?.[key];

const at = <T>(list: readonly T[] | undefined, index: number): T => {
  const found = list?.[index];
  if (found === undefined) throw new Error('A Joi schema and its description have different shapes.');
  return found;
};

const withoutNull = ({ type, ...rest }: JsonSchema): JsonSchema => {
  if (!Array.isArray(type)) return type === undefined ? rest : { type, ...rest };
  const types = type.filter((one) => one !== 'null');
  return { type: types.length === 1 ? types[0] : types, ...rest };
};

/** Joi's own result leaves null out of `enum`, so that nothing could be null. */
const withNull = (schema: JsonSchema): JsonSchema => {
  const { type, enum: values, ...rest } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  return { type: [type, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}), ...rest };
};

const convertObject = (json: JsonSchema, described: Described, context: Context): JsonSchema => {
  const { properties, patternProperties, additionalProperties, ...rest } = json;
  const entries = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  const converted = entries.map(([name, property]) => {
    const description = described.keys?.[name];
    if (description === undefined) throw new Error(`${name} is not in the description of its schema.`);
    return [name, convert(property, description, context)];
  });
  const named = entries.length === 0 ? {} : { properties: Object.fromEntries(converted) as Record<string, JsonSchema> };
  if (patternProperties !== undefined) {
    const values = at(Object.values(patternProperties as Record<string, JsonSchema>), 0);
    const { rule } = at(described.patterns, 0);
    return { ...rest, ...named, additionalProperties: convert(values, rule, context) };
  }
  const closed = additionalProperties === false && context.use === 'request';
  return { ...rest, ...named, ...(closed ? { additionalProperties: false } : {}) };
};

const convertMembers = (json: JsonSchema, described: Described, context: Context): JsonSchema => {
  if (json['type'] === 'object') return convertObject(json, described, context);
  const { items, anyOf } = json;
  if (items !== undefined) return { ...json, items: convert(items as JsonSchema, at(described.items, 0), context) };
  if (!Array.isArray(anyOf)) return json;
  const matches = anyOf.map((match: JsonSchema, index) => convert(match, at(described.matches, index).schema, context));
  return { ...json, anyOf: matches };
};

const refer = (name: string, schema: JsonSchema, components: Components): JsonSchema => {
  const known = components.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
    throw new Error(`Two different schemas are called ${name}.`);
  }
  components.set(name, schema);
  return { $ref: `#/components/schemas/${name}` };
};

const convert = (json: JsonSchema, described: Described, context: Context): JsonSchema => {
  const plain = withoutNull(json);
  const given = metaOf(described, 'jsonSchema');
  const { description } = plain;
  const members =
    given === undefined
      ? convertMembers(plain, described, context)
      : { ...given, ...(description === undefined ? {} : { description }) };
  const { examples } = described;
  const whole = examples === undefined ? members : { ...members, examples };
  const component = metaOf(described, 'component');
  const result = component === undefined ? whole : refer(component, whole, context.components);
  return described.allow?.includes(null) === true ? withNull(result) : result;
};

/**
 * A Joi schema as JSON Schema 2020-12, the dialect of OpenAPI 3.1. Joi does the conversion itself; added is what it leaves
 * out: examples, null among listed values, names. A rule that is code (`custom`) cannot be converted: where it matters,
 * `.meta({ jsonSchema })` says what stands in for the schema.
 */
export const toJsonSchema = (schema: Joi.Schema, context: Context): JsonSchema => {
  const converted = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
  return convert(converted, schema.describe() as Described, context);
};
