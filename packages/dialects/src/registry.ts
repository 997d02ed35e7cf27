import type Joi from 'joi';
import type { Dialect } from './dialect.ts';
import { passona } from './passona/passona.ts';
import { sonar } from './sonar/sonar.ts';
import { standard } from './standard/standard.ts';
import { superoffice } from './superoffice/superoffice.ts';
import { wooxy } from './wooxy/wooxy.ts';

/** All dialects. A further one is a folder beside these and a line here (and its import). */
export const DIALECTS: readonly Dialect[] = [standard, superoffice, sonar, passona, wooxy];

const byName = new Map(DIALECTS.map((dialect) => [dialect.name, dialect]));

/** Names that a webhook's `format` may have. */
export const FORMATS: readonly string[] = DIALECTS.map((dialect) => dialect.name);

/** Settings of the dialects' APIs, for whoever serves them. */
export const dialectSettings: Readonly<Record<string, Joi.Schema>> = Object.assign(
  {},
  ...DIALECTS.map(({ api }) => api?.settings ?? {}),
);

/** The settings of a service that serves the dialects' APIs: its own, and theirs. */
export const withDialectSettings = <S extends Record<string, Joi.Schema>>(settings: S): S => ({
  ...settings,
  ...dialectSettings,
});

/** @throws Error when the format is not registered: a webhook of a newer version met an older one. */
export const findDialect = (format: string): Dialect => {
  const dialect = byName.get(format);
  if (dialect === undefined) throw new Error(`The format "${format}" is not known to this version.`);
  return dialect;
};
