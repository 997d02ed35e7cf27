import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { AccountView } from '../api/types.ts';
import { useApi, useMe, useSession } from './session.tsx';

const MOST = 200;

const matches = ({ id, name }: AccountView, text: string): boolean =>
  text === '' || name.toLowerCase().includes(text.toLowerCase()) || String(id) === text;

/** The accounts of the installation, to choose one to work in. For admins. */
export const AccountList = ({ onChosen }: { onChosen?: () => void }) => {
  const api = useApi();
  const { chooseAccount, accountId } = useSession();
  const [text, setText] = useState('');
  const accounts = useQuery({ queryKey: ['accounts'], queryFn: ({ signal }) => api.accounts({ limit: MOST }, signal) });
  if (accounts.isError) return <ProblemPanel error={accounts.error} onRetry={() => void accounts.refetch()} />;
  if (accounts.data === undefined) return <Skeleton lines={4} label="Loading accounts" />;
  const { items, nextCursor } = accounts.data;
  const id = Number(text);
  return (
    <div className="stack">
      <TextField label="Find an account by name or id" value={text} onChange={setText} />
      <ul className="choices" aria-label="Accounts">
        {items
          .filter((account) => matches(account, text))
          .map((account) => (
            <li key={account.id}>
              <button
                type="button"
                className="choice"
                aria-current={account.id === accountId}
                onClick={() => {
                  chooseAccount(account.id);
                  onChosen?.();
                }}
              >
                <span>{account.name}</span> <span className="mono muted">{account.id}</span>
              </button>
            </li>
          ))}
      </ul>
      {nextCursor !== null && (
        <div className="row">
          <p className="muted">The first {MOST} accounts are shown. Any other opens by its id.</p>
          <Button isDisabled={!(Number.isInteger(id) && id > 0)} onPress={() => chooseAccount(id)}>
            Open account {text}
          </Button>
        </div>
      )}
    </div>
  );
};

/** The account that is shown; an admin may change it. */
export const AccountSwitch = () => {
  const { isAdmin, account } = useMe();
  const [isOpen, setOpen] = useState(false);
  const name = account?.name ?? 'No account chosen';
  if (!isAdmin) return <span className="account-name">{name}</span>;
  return (
    <>
      <Button kind="plain" onPress={() => setOpen(true)} aria-label={`Account: ${name}. Switch account`}>
        <span className="account-name">{name}</span> ⇄
      </Button>
      <Dialog title="Switch account" isOpen={isOpen} onClose={() => setOpen(false)}>
        <AccountList onChosen={() => setOpen(false)} />
      </Dialog>
    </>
  );
};
