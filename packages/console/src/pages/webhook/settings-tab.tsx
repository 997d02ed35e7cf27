import type { ReactNode } from 'react';
import type { WebhookView } from '../../api/types.ts';
import { Code, Moment } from '../../ui/bits.tsx';
import { Card, Facts } from '../../ui/page.tsx';
import { HeadersView } from '../headers-view.tsx';

const PLATFORM = <span className="muted">as the platform does it</span>;

const orPlatform = (value: ReactNode | undefined): ReactNode => value ?? PLATFORM;

/** All that is set, as it is set. */
export const SettingsTab = ({ webhook }: { webhook: WebhookView }) => {
  const { retry, rateLimit, tooManyErrors } = webhook;
  return (
    <Card title="Settings">
      <Facts
        facts={[
          [
            'Events',
            <span key="events" className="mono">
              {webhook.events.join(', ')}
            </span>,
          ],
          ['Target', <code key="target">{webhook.targetUrl}</code>],
          ['Method', webhook.httpMethod],
          ['Format', webhook.format],
          ['Type', webhook.type],
          ['E-mail for errors', webhook.errorsEmail ?? '–'],
          ['Timeout', orPlatform(webhook.timeoutMs === undefined ? undefined : `${webhook.timeoutMs} ms`)],
          ['Success is', orPlatform(webhook.successStatus)],
          ['Rate limit', orPlatform(rateLimit === undefined ? undefined : `${rateLimit.perSecond} a second`)],
          ['Requests at the same time', orPlatform(webhook.maxInFlight)],
          [
            'Delays before retries',
            orPlatform(retry === undefined ? undefined : `${retry.delaysSeconds.join(', ')} s, jitter ${retry.jitter}`),
          ],
          [
            'Switched off after',
            orPlatform(
              tooManyErrors === undefined
                ? undefined
                : `${tooManyErrors.count} errors in a row over ${tooManyErrors.forSeconds} s`,
            ),
          ],
          ['UUID', <code key="uuid">{webhook.uuid}</code>],
          [
            'Made',
            <span key="made">
              <Moment at={webhook.registered} /> by {webhook.registeredBy ?? '–'}
            </span>,
          ],
          [
            'Changed',
            <span key="changed">
              <Moment at={webhook.updated} /> by {webhook.updatedBy ?? '–'}
            </span>,
          ],
        ]}
      />
      <h3>Headers</h3>
      <HeadersView headers={webhook.headers} label="Headers of the webhook" />
      <h3>Properties</h3>
      <Code text={JSON.stringify(webhook.properties, null, 2)} label="Properties of the webhook" />
    </Card>
  );
};
