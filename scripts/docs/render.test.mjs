import { expect, test } from '@jest/globals';
import Joi from 'joi';
import { describeServices, describeSetting } from './describe-setting.mjs';
import { renderConfiguration } from './render-configuration.mjs';
import { renderEnvExample } from './render-env-example.mjs';

test.each([
  [Joi.number().integer().min(1).max(9).unit('bytes'), 'whole number of bytes, 1 to 9'],
  [Joi.number().min(0.5), 'number, at least 0.5'],
  [Joi.number().port(), 'port number'],
  [Joi.string().valid('a', 'b'), '`a`, `b`'],
  [Joi.string().uri({ scheme: ['redis', 'rediss'] }), 'URL (`redis://` or `rediss://`)'],
  [Joi.string().pattern(/^[a-z]+$/), 'text that matches `/^[a-z]+$/`'],
  [Joi.string().min(16).max(400), 'text, 16 to 400 characters'],
])('a setting takes what its rule says', (schema, takes) => {
  expect(describeSetting('A', schema.description('a')).takes).toBe(takes);
});

test('a setting without a description is refused', () => {
  expect(() => describeSetting('A', Joi.string())).toThrow('The setting A has no description.');
});

const services = describeServices({
  standaloneSettings: {
    PORT: Joi.number().port().default(3000).description('Port.'),
    KEY: Joi.string().meta({ secret: true }).description('As for the services.'),
  },
  serviceSettings: {
    api: {
      PORT: Joi.number().port().default(3001).description('Port.'),
      KEY: Joi.string().required().meta({ secret: true }).description('The key | of it all.'),
    },
  },
});

test('the page marks secrets and what is required, and a bar does not end a cell', () => {
  expect(renderConfiguration(services)).toContain('| `KEY` 🔑 | text | – | **yes** | The key \\| of it all. |');
});

test('the example comments out what has a default, and gives what is required a placeholder that does not pass', () => {
  const text = renderEnvExample(services);
  expect(text).toContain('# Defaults: standalone 3000, api 3001.\n# PORT=3000');
  expect(text).toContain(
    '# The key | of it all.\n# Takes text; a secret. Read by standalone, api; required by api.\nKEY=CHANGE-ME',
  );
});
