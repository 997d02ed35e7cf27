import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { serviceSettings } from '@posthorn/contracts';
import express from 'express';
import { createLogger } from './create-logger.ts';
import { listen } from './http/listen.ts';
import { makeCounter } from './metrics/make-metric.ts';
import { parseConfig } from './parse-config.ts';
import { openTelemetry, type Telemetry } from './telemetry.ts';

const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const logger = createLogger({ service: 'test', level: 'info', destination });

const open = (env: Record<string, string> = {}): Promise<Telemetry> => {
  const settings = { DATABASE_URL: 'postgresql://localhost/x', METRICS_HOST: '127.0.0.1', ...env };
  return openTelemetry(parseConfig(serviceSettings.scheduler, settings), 'scheduler', logger);
};

/** What the service's own port answers to `GET /metrics`. */
const askService = async (telemetry: Telemetry) => {
  const app = express();
  app.use(telemetry.metricsRouter);
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const response = await fetch(`http://127.0.0.1:${listening.port}/metrics`);
  const answer = { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  await listening.stop();
  return answer;
};

describe('metrics', () => {
  test('are on the port of the service, in the text form of Prometheus', async () => {
    const telemetry = await open();
    makeCounter(telemetry.registry, { name: 'things_total', help: 'Things.' }).inc(3);
    const { status, type, text } = await askService(telemetry);
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('\n# TYPE things_total counter\nthings_total 3\n');
    expect(text).toContain('posthorn_build_info{component="scheduler",version=');
    await telemetry.close();
  });

  test('are on a port of their own when there is one, and not on that of the service', async () => {
    const telemetry = await open({ METRICS_PORT: '0' });
    const { port } = lines.find(({ message }) => message === 'metrics.listening') as { port: number };
    const url = `http://127.0.0.1:${port}/metrics`;
    expect((await askService(telemetry)).status).toBe(404);
    expect((await fetch(url)).status).toBe(200);
    await telemetry.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('on a port that is taken stop the start, and say by which setting', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(open({ METRICS_PORT: String(port) })).rejects.toThrow(/in use by another program.*METRICS_PORT/);
    await new Promise((resolve) => other.close(resolve));
  });

  test('that two parts of a process share are one', async () => {
    const { registry, close } = await open();
    const options = { name: 'shared_total', help: 'Shared.' };
    expect(makeCounter(registry, options)).toBe(makeCounter(registry, options));
    await close();
  });
});
