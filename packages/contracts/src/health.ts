/** Answer of `GET /healthz`: the process runs. */
export interface HealthReport {
  status: 'ok';
  service: string;
  version: string;
  uptimeSeconds: number;
}

/** Answer of `GET /readyz`: whether the service can do its work now. */
export interface ReadinessReport {
  status: 'ready' | 'not ready';
  service: string;
  /** `ok`, or why not, for everything that is looked at. */
  checks: Record<string, string>;
}
