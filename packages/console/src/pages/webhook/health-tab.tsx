import { Link } from 'wouter';
import { HEALTH, LATENCY } from '../../charts/series.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import type { LastError, WebhookView } from '../../api/types.ts';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { prettyValue } from '../../format/pretty.ts';
import { WEBHOOK_WORDS } from '../../format/words.ts';
import { useApi } from '../../session/session.tsx';
import { Code, Moment } from '../../ui/bits.tsx';
import { Select } from '../../ui/fields.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useFilters } from '../../ui/use-filters.ts';
import { RANGES, rangeOf, sinceOf } from '../ranges.ts';
import { Recovery } from './recovery.tsx';
import { WebhookHistory } from './webhook-history.tsx';

const LastErrorView = ({ error: { at, code, message, status, body, deliveryId } }: { error: LastError }) => (
  <div className="stack">
    <h3>Last error</h3>
    <Facts
      facts={[
        ['When', <Moment key="at" at={at} />],
        ['What', message],
        ['Code', <code key="code">{code}</code>],
        ['Answer', status === null ? 'none' : <code key="status">{status}</code>],
        [
          'Delivery',
          <Link key="delivery" href={`/deliveries/${deliveryId}`} className="mono">
            {deliveryId}
          </Link>,
        ],
      ]}
    />
    {body !== null && body !== '' && <Code text={prettyValue(body)} label="What the receiver answered" />}
  </div>
);

const Episode = ({ webhook }: { webhook: WebhookView }) => (
  <Card title="Current episode">
    <p>
      <b>{WEBHOOK_WORDS[webhook.state].label}.</b> {WEBHOOK_WORDS[webhook.state].meaning} {webhook.stateReason}
    </p>
    {webhook.failingSince === null ? (
      <p className="muted">It does not fail now.</p>
    ) : (
      <Facts
        facts={[
          ['Failing since', <Moment key="since" at={webhook.failingSince} />],
          ['Errors in a row', formatCount(webhook.consecutiveErrors)],
        ]}
      />
    )}
    <Recovery webhook={webhook} />
    {webhook.lastError !== null && <LastErrorView error={webhook.lastError} />}
  </Card>
);

/** How the webhook is, since when, and what to do. */
export const HealthTab = ({ webhook }: { webhook: WebhookView }) => {
  const api = useApi();
  const [{ range: chosen }, change] = useFilters(['range']);
  const range = rangeOf(chosen);
  return (
    <div className="stack">
      <Episode webhook={webhook} />
      <Card
        title="Health timeline"
        actions={
          <Select label="Time" value={range.value} choices={RANGES} onChange={(value) => change({ range: value })} />
        }
      >
        <QueryView
          queryKey={['stats', 'webhook', webhook.id, range.value]}
          read={(signal) => api.stats({ ...sinceOf(range, Date.now()), webhookId: webhook.id }, signal)}
          label="statistics of the webhook"
          lines={8}
          refetchMs={30_000}
        >
          {({ points, totals }) => (
            <>
              <p>
                {formatCount(totals.succeeded + totals.failed)} attempts,{' '}
                {formatShare(totals.succeeded, totals.succeeded + totals.failed)} succeeded,{' '}
                {formatCount(totals.retried)} were retries.
              </p>
              <div className="columns">
                <LazyChart kind={HEALTH} points={points} />
                <LazyChart kind={LATENCY} points={points} />
              </div>
            </>
          )}
        </QueryView>
        <WebhookHistory webhook={webhook} />
      </Card>
    </div>
  );
};
