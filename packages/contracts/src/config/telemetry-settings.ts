import Joi from 'joi';
import { duration } from './settings.ts';

const url = () => Joi.string<string | undefined>().uri({ scheme: ['http', 'https'] });

/** Metrics and traces, of every service. The names that begin with OTEL_ are those of OpenTelemetry's specification. */
export const telemetrySettings = {
  METRICS_PORT: Joi.number<number | undefined>()
    .port()
    .allow(0)
    .description(
      'Port of `/metrics` alone; 0 takes a free one. Without it `/metrics` is on the port of the service, where everybody who reaches the service reads it.',
    ),
  METRICS_HOST: Joi.string().default('0.0.0.0').description('Address of `METRICS_PORT`: `127.0.0.1` keeps it local.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url().description(
    'Collector that gets traces over OTLP, such as `http://collector:4318`. Without it there is no tracing.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url().description(
    'The same, as the full address for traces: `http://collector:4318/v1/traces`.',
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: Joi.string()
    .valid('http/protobuf', 'http/json')
    .default('http/protobuf')
    .description('How the collector wants it.'),
  OTEL_EXPORTER_OTLP_HEADERS: Joi.string<string | undefined>()
    .meta({ secret: true })
    .description('Headers for the collector, `name=value` pairs joined by commas, values percent-encoded.'),
  OTEL_TRACES_SAMPLER: Joi.string()
    .valid(
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    )
    .default('parentbased_always_on')
    .description(
      'Which traces are kept. `parentbased_…`: what the publisher decided in its `traceparent` holds, the rest is for events without one.',
    ),
  OTEL_TRACES_SAMPLER_ARG: Joi.number().min(0).max(1).default(1).description('Share that `…traceidratio` keeps.'),
  OTEL_BSP_SCHEDULE_DELAY: duration('milliseconds')
    .integer()
    .min(1)
    .max(600_000)
    .default(5000)
    .description('How long spans are gathered before they are sent.'),
  OTEL_SERVICE_NAME: Joi.string<string | undefined>().description(
    '`service.name`. Default: `posthorn-` and the service.',
  ),
  OTEL_RESOURCE_ATTRIBUTES: Joi.string<string | undefined>().description(
    'Further attributes of the process, `name=value` pairs joined by commas.',
  ),
  OTEL_SDK_DISABLED: Joi.boolean().default(false).description('`true` switches tracing off, whatever else is set.'),
};
