import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Content } from '../operation.ts';
import { type Components, toJsonSchema } from '../to-json-schema.ts';

const FORMATS = {
  'date-time': /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/,
  email: /@/,
};

/** Judges a body by what the document says of it. */
export const compileRequest = ({ schema }: Pick<Content, 'schema'>): ValidateFunction => {
  const components: Components = new Map();
  const whole = toJsonSchema(schema, { use: 'request', components });
  const ajv = new Ajv2020({ strict: false, formats: FORMATS });
  return ajv.compile({ ...whole, components: { schemas: Object.fromEntries(components) } });
};
