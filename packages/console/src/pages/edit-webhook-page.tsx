import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams } from 'wouter';
import type { WebhookView } from '../api/types.ts';
import { bodyOfForm, formOfWebhook, patchBodyOf } from '../forms/webhook-form.ts';
import { useApi, useSession } from '../session/session.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { WebhookFormView } from './webhook-form-view.tsx';

const EditForm = ({ webhook }: { webhook: WebhookView }) => {
  const api = useApi();
  const { accountId } = useSession();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const initial = formOfWebhook(webhook);
  const before = bodyOfForm(initial);
  return (
    <WebhookFormView
      initial={initial}
      isNew={false}
      submitLabel="Save changes"
      onSubmit={async (_form, body) => {
        const changes = 'body' in before ? patchBodyOf(before.body, body) : body;
        if (Object.keys(changes).length > 0) {
          queries.setQueryData([accountId, 'webhook', webhook.id], await api.updateWebhook(webhook.id, changes));
          await queries.invalidateQueries();
        }
        navigate(`/webhooks/${webhook.id}`);
      }}
    />
  );
};

const EditWebhookPage = () => {
  const api = useApi();
  const id = Number(useParams()['id']);
  return (
    <Page title={`Edit webhook ${id}`}>
      <QueryView
        queryKey={['webhook-to-edit', id]}
        read={(signal) => api.webhook(id, signal)}
        label="webhook"
        lines={12}
      >
        {(webhook) => <EditForm key={webhook.updated} webhook={webhook} />}
      </QueryView>
    </Page>
  );
};

export default EditWebhookPage;
