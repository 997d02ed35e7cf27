import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { TestResult, WebhookView } from '../../api/types.ts';
import { useApi, useMay } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TestResultView } from './test-result-view.tsx';
import { useWebhookChange } from './use-webhook-change.ts';

type TestState =
  | { status: 'none' }
  | { status: 'running' }
  | { status: 'done'; result: TestResult }
  | { status: 'failed'; error: unknown };

/** One attempt now, with its outcome. */
const TestButton = ({ id }: { id: number }) => {
  const api = useApi();
  const [test, setTest] = useState<TestState>({ status: 'none' });
  const run = async (): Promise<void> => {
    setTest({ status: 'running' });
    try {
      setTest({ status: 'done', result: await api.testWebhook(id) });
    } catch (error) {
      setTest({ status: 'failed', error });
    }
  };
  return (
    <>
      <Button onPress={() => void run()}>Test</Button>
      <Dialog
        title="Test of the webhook"
        isOpen={test.status !== 'none'}
        onClose={() => setTest({ status: 'none' })}
        actions={
          <Button isDisabled={test.status === 'running'} onPress={() => void run()}>
            Test again
          </Button>
        }
      >
        {test.status === 'running' && <Skeleton label="Sending one attempt" />}
        {test.status === 'failed' && <ProblemPanel error={test.error} />}
        {test.status === 'done' && <TestResultView result={test.result} />}
      </Dialog>
    </>
  );
};

export const WebhookActions = ({ webhook }: { webhook: WebhookView }) => {
  const api = useApi();
  const change = useWebhookChange(webhook.id);
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  if (!useMay('manage')) return null;
  const remove = async (): Promise<void> => {
    await api.deleteWebhook(webhook.id);
    navigate('/webhooks');
    await queries.invalidateQueries();
  };
  return (
    <>
      <TestButton id={webhook.id} />
      <Link href={`/webhooks/${webhook.id}/edit`} className="button button-normal">
        Edit
      </Link>
      {webhook.state === 'Active' && (
        <ConfirmButton
          label="Stop"
          kind="normal"
          title="Stop this webhook?"
          onConfirm={() => change({ state: 'Stopped' })}
        >
          <p>Nothing is sent any more. Deliveries are held until it is active again and they are replayed.</p>
        </ConfirmButton>
      )}
      <ConfirmButton label="Delete" title="Delete this webhook?" onConfirm={remove}>
        <p>
          What waits for <b>{webhook.name}</b> is discarded. This cannot be undone.
        </p>
      </ConfirmButton>
    </>
  );
};
