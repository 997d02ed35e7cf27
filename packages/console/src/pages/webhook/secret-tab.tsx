import { useEffect, useState } from 'react';
import type { WebhookSecretView } from '../../api/types.ts';
import { useApi, useMay } from '../../session/session.tsx';
import { Code, CopyButton, Moment } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Select } from '../../ui/fields.tsx';
import { Card } from '../../ui/page.tsx';
import { ProblemPanel } from '../../ui/problem-panel.tsx';

const OVERLAPS = [
  { value: '0', label: 'The old one ends at once' },
  { value: '3600', label: 'Both sign for an hour' },
  { value: '86400', label: 'Both sign for a day' },
  { value: '604800', label: 'Both sign for a week' },
];

const SecretView = ({ secrets, onHide }: { secrets: WebhookSecretView; onHide: () => void }) => (
  <div className="stack">
    {secrets.secret === null ? <p>Deliveries are not signed.</p> : <Code text={secrets.secret} label="Secret" />}
    <div className="row">
      {secrets.secret !== null && <CopyButton text={secrets.secret} label="Copy secret" />}
      <Button onPress={onHide}>Hide</Button>
    </div>
    {secrets.previous.map(({ secret, expires }) => (
      <p key={secret} className="muted">
        The secret before this one signs, too, and ends <Moment at={expires} />.
      </p>
    ))}
  </div>
);

/** The secret: shown once after it was made, and by itself never; rotated with a time in which both sign. */
export const SecretTab = ({ webhookId, isNew }: { webhookId: number; isNew: boolean }) => {
  const api = useApi();
  const mayManage = useMay('manage');
  const [secrets, setSecrets] = useState<WebhookSecretView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [overlap, setOverlap] = useState('86400');
  const show = (): void => void api.secret(webhookId).then(setSecrets, setError);
  useEffect(() => {
    if (isNew) api.secret(webhookId).then(setSecrets, setError);
  }, [isNew, webhookId, api]);

  if (!mayManage) return <p className="empty">Secrets are shown to tokens with the scope manage.</p>;
  return (
    <Card title="Secret">
      {error !== null && <ProblemPanel error={error} />}
      {secrets === null ? (
        <div className="row">
          <span className="mono" aria-hidden="true">
            ••••••••••••
          </span>
          <Button onPress={show}>Show secret</Button>
        </div>
      ) : (
        <>
          <p>Copy it now to the receiver, which checks signatures with it. It is hidden as soon as you leave.</p>
          <SecretView secrets={secrets} onHide={() => setSecrets(null)} />
        </>
      )}
      <h3>Rotate</h3>
      <div className="row">
        <Select label="The old secret" value={overlap} choices={OVERLAPS} onChange={setOverlap} />
        <ConfirmButton
          label="Rotate secret"
          kind="normal"
          title="Make a new secret?"
          onConfirm={async () => setSecrets(await api.rotateSecret(webhookId, { overlapSeconds: Number(overlap) }))}
        >
          <p>{OVERLAPS.find(({ value }) => value === overlap)?.label}. The new one is shown to you once.</p>
        </ConfirmButton>
      </div>
    </Card>
  );
};
