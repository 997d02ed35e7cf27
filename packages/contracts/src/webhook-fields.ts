import Joi from 'joi';

/** RFC 9110 §5.6.2 token. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** Visible ASCII with inner spaces and tabs: no CR, LF or NUL can split a request. */
const HEADER_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/**
 * Headers that a webhook may not set: hop-by-hop ones (RFC 9110 §7.6.1), those that frame the message, and those that
 * carry the signature. Lower case.
 */
export const FORBIDDEN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
]);

export const headersSchema = Joi.object()
  .pattern(Joi.string(), Joi.string().allow('').max(4096).pattern(HEADER_VALUE))
  .max(50)
  .custom((headers: Record<string, string>, helpers) => {
    const seen = new Set<string>();
    for (const name of Object.keys(headers)) {
      const lower = name.toLowerCase();
      if (!HEADER_NAME.test(name)) return helpers.error('headers.name', { name });
      if (FORBIDDEN_HEADERS.has(lower)) return helpers.error('headers.forbidden', { name });
      if (seen.has(lower)) return helpers.error('headers.twice', { name });
      seen.add(lower);
    }
    return headers;
  })
  .messages({
    'string.pattern.base': '{{#label}} must be visible ASCII, without line breaks and outer spaces',
    'headers.name': '{{#label}} has a name that is no HTTP header name: {{#name}}',
    'headers.forbidden': '{{#label}} may not set {{#name}}: it belongs to the delivery itself',
    'headers.twice': '{{#label}} names {{#name}} twice (header names have no case)',
  })
  .description(
    'Sent with every delivery, beside its own headers, which cannot be replaced. Values are encrypted at rest and redacted in logs.',
  );

const MAX_PROPERTIES_BYTES = 16_384;

export const propertiesSchema = Joi.object()
  .unknown(true)
  .max(100)
  .custom((properties: Record<string, unknown>, helpers) =>
    Buffer.byteLength(JSON.stringify(properties)) > MAX_PROPERTIES_BYTES
      ? helpers.error('properties.size')
      : properties,
  )
  .messages({ 'properties.size': `{{#label}} must not exceed ${MAX_PROPERTIES_BYTES} bytes as JSON` })
  .description('Sent in the body of every delivery, under their own names.');

/**
 * `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0, "Signature scheme"), or any other text, whose UTF-8
 * bytes are the key: secrets that move here from another system keep working.
 */
export const secretSchema = Joi.string()
  .min(6)
  .max(400)
  .custom((secret: string, helpers) => {
    if (!secret.startsWith('whsec_')) return secret;
    const encoded = secret.slice('whsec_'.length);
    const bytes = Buffer.from(encoded, 'base64');
    const wellFormed = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && encoded.length % 4 === 0;
    return wellFormed && bytes.length >= 24 && bytes.length <= 64 ? secret : helpers.error('secret.whsec');
  })
  .messages({ 'secret.whsec': '{{#label}} must have 24 to 64 bytes in base64 after whsec_' })
  .description(
    'Signs deliveries: `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks), or another text, whose UTF-8 bytes are the key. Made when missing.',
  );

const MAX_DELAY_SECONDS = 7 * 86_400;

/** Each may be null: back to the platform's default. */
export const policySchemas = {
  retry: Joi.object({
    delaysSeconds: Joi.array().items(Joi.number().min(0).max(MAX_DELAY_SECONDS)).max(50).required(),
    jitter: Joi.number().min(0).max(0.5).default(0.1).description('0.1 means ±10 %.'),
  })
    .allow(null)
    .description('Delays before each retry; one attempt more than delays is made.'),
  timeoutMs: Joi.number()
    .integer()
    .min(100)
    .max(60_000)
    .allow(null)
    .description('One deadline over name look-up, connection, headers and body.'),
  successStatus: Joi.string().valid('2xx', '200').allow(null).description('Which answers count as success.'),
  rateLimit: Joi.object({ perSecond: Joi.number().min(0.01).max(10_000).required() })
    .allow(null)
    .description('Attempts in a second, over all workers.'),
  maxInFlight: Joi.number()
    .integer()
    .min(1)
    .max(1000)
    .allow(null)
    .description('Requests at the same time, over all workers.'),
  tooManyErrors: Joi.object({
    count: Joi.number().integer().min(1).max(10_000).required(),
    forSeconds: Joi.number()
      .min(0)
      .max(30 * 86_400)
      .required(),
  })
    .allow(null)
    .description(
      'The webhook is switched off after `count` failed attempts in a row, once it has failed for `forSeconds`.',
    ),
};
