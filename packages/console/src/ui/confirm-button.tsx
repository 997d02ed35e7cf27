import { type ReactNode, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemPanel } from './problem-panel.tsx';

export interface ConfirmButtonProps extends Pick<ButtonProps, 'kind' | 'isDisabled'> {
  label: string;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
}

/** A button that asks first, and shows it when it could not be done. */
export const ConfirmButton = ({
  label,
  title,
  children,
  onConfirm,
  kind = 'danger',
  isDisabled = false,
}: ConfirmButtonProps) => {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      setOpen(false);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind={kind} isDisabled={isDisabled} onPress={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog
        title={title}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        closeLabel="Cancel"
        actions={
          <Button kind={kind} isBusy={isBusy} onPress={() => void confirm()}>
            {label}
          </Button>
        }
      >
        {children}
        {error !== null && <ProblemPanel error={error} />}
      </Dialog>
    </>
  );
};
