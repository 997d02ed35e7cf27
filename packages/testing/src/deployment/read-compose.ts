import yaml from 'js-yaml';

/** A service of docker-compose.yml as it is written there, with its variables filled in. */
export interface ComposeService {
  image: string;
  command?: string[];
  environment?: Record<string, string | number | boolean>;
  [key: string]: unknown;
}

/**
 * What compose makes of `${NAME:-default}` and `${NAME:?message}`.
 * @throws Error for a variable that must be given and is not.
 */
const interpolate = (text: string, given: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name: string, operator: string, rest: string) => {
    const value = given[name];
    if (value) return value;
    if (operator === '?') throw new Error(`docker-compose.yml: ${name} must be given`);
    return operator === '-' ? rest : '';
  });

const deepInterpolate = (value: unknown, given: Readonly<Record<string, string>>): unknown => {
  if (typeof value === 'string') return interpolate(value, given);
  if (Array.isArray(value)) return value.map((item) => deepInterpolate(item, given));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deepInterpolate(item, given)]));
};

/** The services of docker-compose.yml by name. `given` is what an operator puts into `.env`. */
export const readComposeServices = (
  text: string,
  given: Readonly<Record<string, string>>,
): Record<string, ComposeService> =>
  (deepInterpolate(yaml.safeLoad(text), given) as { services: Record<string, ComposeService> }).services;
