import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { createBodyOf, EMPTY_FORM } from '../forms/webhook-form.ts';
import { useApi } from '../session/session.tsx';
import { Page } from '../ui/page.tsx';
import { WebhookFormView } from './webhook-form-view.tsx';

const NewWebhookPage = () => {
  const api = useApi();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return (
    <Page title="New webhook">
      <WebhookFormView
        initial={EMPTY_FORM}
        isNew
        submitLabel="Create webhook"
        onSubmit={async (form, body) => {
          const webhook = await api.createWebhook(createBodyOf(form, body));
          await queries.invalidateQueries();
          // A secret that the person gave need not be shown; one that was made is, there.
          navigate(`/webhooks/${webhook.id}${form.secret === '' ? '?secret=made' : ''}`);
        }}
      />
    </Page>
  );
};

export default NewWebhookPage;
