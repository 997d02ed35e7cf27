import { useQueryClient } from '@tanstack/react-query';
import type { ReplayView } from '../api/types.ts';
import { useApi, useMay } from '../session/session.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';

export const CancelReplay = ({ replay: { id, finished } }: { replay: ReplayView }) => {
  const api = useApi();
  const queries = useQueryClient();
  if (!useMay('manage') || finished !== null) return <span className="muted">–</span>;
  const cancel = async (): Promise<void> => {
    await api.cancelReplay(id);
    await queries.invalidateQueries();
  };
  return (
    <ConfirmButton label="Cancel replay" kind="normal" title="Cancel this replay?" onConfirm={cancel}>
      <p>What was not sent yet stays as it is, and can be replayed again.</p>
    </ConfirmButton>
  );
};
