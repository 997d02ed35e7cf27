import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreatedToken } from '../api/types.ts';
import { useApi, useMay, useMe } from '../session/session.tsx';
import { Badge, Code, CopyButton, Id, Moment } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { NewTokenForm } from './new-token-form.tsx';

const VALID = { tone: 'good', label: 'Valid', meaning: 'It is taken.' } as const;
const REVOKED = { tone: 'quiet', label: 'Revoked', meaning: 'It is refused.' } as const;

/** The token itself is shown here, once, and nowhere again. */
const CreatedTokenDialog = ({ token, onClose }: { token: CreatedToken; onClose: () => void }) => (
  <Dialog title={`Token ${token.name}`} isOpen onClose={onClose} closeLabel="I have copied it">
    <p>Copy it now: it is not kept, and cannot be shown again.</p>
    <Code text={token.token} label="Token" />
    <div className="row">
      <CopyButton text={token.token} label="Copy token" />
    </div>
  </Dialog>
);

const TokensPage = () => {
  const api = useApi();
  const queries = useQueryClient();
  const { token: own } = useMe();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<CreatedToken | null>(null);
  const revoke = async (id: string): Promise<void> => {
    await api.revokeToken(id);
    await queries.invalidateQueries();
  };
  if (!useMay('manage')) {
    return (
      <Page title="Tokens">
        <p className="empty">Tokens are shown to tokens with the scope manage.</p>
      </Page>
    );
  }
  return (
    <Page
      title="Tokens"
      subtitle="Credentials of the API. Each is shown once, when it is made."
      actions={
        <Button kind="primary" onPress={() => setMaking(true)}>
          New token
        </Button>
      }
    >
      <Dialog title="New token" isOpen={isMaking} onClose={() => setMaking(false)} closeLabel="Cancel">
        <NewTokenForm
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void queries.invalidateQueries();
          }}
        />
      </Dialog>
      {made !== null && <CreatedTokenDialog token={made} onClose={() => setMade(null)} />}
      <PagedTable
        label="Tokens"
        queryKey={['tokens']}
        read={(cursor, signal) => api.tokens({ cursor }, signal)}
        keyOf={({ id }) => id}
        empty="The account has no tokens."
        columns={[
          { header: 'Token', cell: ({ id }) => <Id id={id} /> },
          { header: 'Name', cell: ({ id, name }) => (id === own?.id ? `${name} (this session)` : name) },
          { header: 'Scopes', cell: ({ scopes }) => scopes.join(', ') },
          { header: 'State', cell: ({ revoked }) => <Badge wording={revoked === null ? VALID : REVOKED} /> },
          { header: 'Made', cell: ({ created }) => <Moment at={created} /> },
          { header: 'Revoked', cell: ({ revoked }) => <Moment at={revoked} /> },
          {
            header: 'Revoke',
            cell: ({ id, name, revoked }) =>
              revoked === null ? (
                <ConfirmButton label={`Revoke ${name}`} title="Revoke this token?" onConfirm={() => revoke(id)}>
                  <p>
                    Whoever uses <b>{name}</b> is refused at once
                    {id === own?.id ? ', and so are you: it is the token of this session' : ''}. This cannot be undone.
                  </p>
                </ConfirmButton>
              ) : (
                <span className="muted">–</span>
              ),
          },
        ]}
      />
    </Page>
  );
};

export default TokensPage;
