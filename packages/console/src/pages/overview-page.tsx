import { LazyChart } from '../charts/lazy-chart.tsx';
import { LATENCY, THROUGHPUT } from '../charts/series.ts';
import type { StatsView } from '../api/types.ts';
import { formatMs, formatSeconds, formatShare, formatShort } from '../format/numbers.ts';
import { useApi } from '../session/session.tsx';
import { Select } from '../ui/fields.tsx';
import { Card, Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { FailingWebhooks } from './failing-webhooks.tsx';
import { LiveAttempts } from './live-attempts.tsx';
import { RANGES, rangeOf, sinceOf } from './ranges.ts';

const Tile = ({ label, value, note }: { label: string; value: string; note: string }) => (
  <div className="tile">
    <dt>{label}</dt>
    <dd>
      <span className="tile-value">{value}</span>
      <span className="muted">{note}</span>
    </dd>
  </div>
);

const Tiles = ({ stats: { totals, queue } }: { stats: StatsView }) => {
  const attempts = totals.succeeded + totals.failed;
  const { latencyMs } = totals;
  return (
    <dl className="tiles">
      <Tile label="Accepted" value={formatShort(totals.accepted)} note="deliveries stored" />
      <Tile
        label="Success rate"
        value={formatShare(totals.succeeded, attempts)}
        note={`of ${formatShort(attempts)} attempts`}
      />
      <Tile label="Retried" value={formatShort(totals.retried)} note="attempts after the first" />
      <Tile
        label="Attempt latency"
        value={latencyMs === null ? '–' : formatMs(latencyMs.p50)}
        note={
          latencyMs === null ? 'nothing was answered' : `p95 ${formatMs(latencyMs.p95)}, p99 ${formatMs(latencyMs.p99)}`
        }
      />
      <Tile
        label="Queue age"
        value={queue.oldestDueSeconds === null ? '0 s' : formatSeconds(queue.oldestDueSeconds)}
        note={queue.oldestDueSeconds === null ? 'nothing is waiting' : 'oldest due first attempt'}
      />
    </dl>
  );
};

/** How everything is, now and lately. */
const OverviewPage = () => {
  const api = useApi();
  const [{ range: chosen }, change] = useFilters(['range']);
  const range = rangeOf(chosen);
  return (
    <Page
      title="Overview"
      actions={
        <Select label="Time" value={range.value} choices={RANGES} onChange={(value) => change({ range: value })} />
      }
    >
      <QueryView
        queryKey={['stats', 'overview', range.value]}
        read={(signal) => api.stats(sinceOf(range, Date.now()), signal)}
        label="statistics"
        lines={10}
        refetchMs={30_000}
      >
        {(stats) => (
          <>
            <Tiles stats={stats} />
            <div className="columns">
              <Card title="Throughput">
                <LazyChart kind={THROUGHPUT} points={stats.points} />
              </Card>
              <Card title="Latency">
                <LazyChart kind={LATENCY} points={stats.points} />
              </Card>
            </div>
          </>
        )}
      </QueryView>
      <div className="columns">
        <FailingWebhooks range={range} />
        <LiveAttempts />
      </div>
    </Page>
  );
};

export default OverviewPage;
