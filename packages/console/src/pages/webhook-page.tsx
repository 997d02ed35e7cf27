import { useParams } from 'wouter';
import type { WebhookView } from '../api/types.ts';
import { useApi } from '../session/session.tsx';
import { Id, WebhookBadge } from '../ui/bits.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { DialectTabs } from './webhook/dialect-tabs.tsx';
import { HealthTab } from './webhook/health-tab.tsx';
import { SecretTab } from './webhook/secret-tab.tsx';
import { SettingsTab } from './webhook/settings-tab.tsx';
import { WebhookActions } from './webhook/webhook-actions.tsx';
import { WebhookDeliveries } from './webhook/webhook-deliveries.tsx';
import { WebhookReplays } from './webhook/webhook-replays.tsx';

const WebhookContent = ({ webhook }: { webhook: WebhookView }) => {
  const [{ tab, secret }, change] = useFilters(['tab', 'secret']);
  const isNew = secret === 'made';
  return (
    <Page
      title={webhook.name || `Webhook ${webhook.id}`}
      badge={<WebhookBadge state={webhook.state} />}
      subtitle={
        <>
          Webhook <Id id={webhook.id} /> to <code>{webhook.targetUrl}</code>
        </>
      }
      actions={<WebhookActions webhook={webhook} />}
    >
      <Tabs
        label="Parts of the webhook"
        selected={tab === '' ? (isNew ? 'secret' : 'health') : tab}
        onSelect={(next) => change({ tab: next, secret: '' })}
        tabs={[
          { id: 'health', title: 'Health', content: () => <HealthTab webhook={webhook} /> },
          { id: 'deliveries', title: 'Deliveries', content: () => <WebhookDeliveries webhookId={webhook.id} /> },
          { id: 'replays', title: 'Replays', content: () => <WebhookReplays webhook={webhook} /> },
          { id: 'settings', title: 'Settings', content: () => <SettingsTab webhook={webhook} /> },
          { id: 'secret', title: 'Secret', content: () => <SecretTab webhookId={webhook.id} isNew={isNew} /> },
          { id: 'looks', title: 'In other systems', content: () => <DialectTabs webhookId={webhook.id} /> },
        ]}
      />
    </Page>
  );
};

const WebhookPage = () => {
  const api = useApi();
  const id = Number(useParams()['id']);
  return (
    <QueryView
      queryKey={['webhook', id]}
      read={(signal) => api.webhook(id, signal)}
      label="webhook"
      pageTitle="Webhook"
      lines={10}
    >
      {(webhook) => <WebhookContent webhook={webhook} />}
    </QueryView>
  );
};

export default WebhookPage;
