import Joi from 'joi';
import type { DialectApi } from '../dialect.ts';

/** SuperOffice's management API. The settings carry the names of SuperOffice's own switches. */
export const superofficeApi: DialectApi = {
  settings: {
    SUPEROFFICE_REQUIRE_HTTPS: Joi.boolean()
      .default(false)
      .description('RequireHttps: the SuperOffice API saves no webhook whose TargetUrl is not https.'),
    SUPEROFFICE_PING_ON_SAVE: Joi.boolean()
      .default(false)
      .description(
        'PingOnSave: the SuperOffice API saves no Active webhook whose TargetUrl does not answer a test with 200.',
      ),
  },
  load: async (deps) => (await import('./api/create-handler.ts')).createHandler(deps),
  view: async (webhook, context) => (await import('./api/show-webhook.ts')).viewOf(webhook, context),
};
