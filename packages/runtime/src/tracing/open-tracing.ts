import type { Logger } from '../create-logger.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

/** The settings that OpenTelemetry has names for (its specification, "Environment variables"). */
export interface TracingSettings {
  OTEL_SDK_DISABLED: boolean;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_PROTOCOL: string;
  OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  OTEL_SERVICE_NAME?: string | undefined;
  OTEL_RESOURCE_ATTRIBUTES?: string | undefined;
  OTEL_TRACES_SAMPLER: string;
  OTEL_TRACES_SAMPLER_ARG: number;
  OTEL_BSP_SCHEDULE_DELAY: number;
}

/** Where spans go: the address for traces as it is, or the general one with `v1/traces` below it. Null: nowhere. */
export const tracesUrl = (env: TracingSettings): string | null => {
  if (env.OTEL_SDK_DISABLED) return null;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const general = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return general === undefined ? null : `${general.replace(/\/+$/, '')}/v1/traces`;
};

/** Off unless an address is set. The SDK is loaded only then: it costs a process 10 MB and the hot path its spans. */
export const openTracing = async (env: TracingSettings, component: string, logger: Logger): Promise<Tracing> => {
  const url = tracesUrl(env);
  if (url === null) return NO_TRACING;
  const { startExporting } = await import('./start-exporting.ts');
  return startExporting({ env, url, component, logger });
};
