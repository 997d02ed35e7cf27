import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './button.tsx';

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Buttons beside the one that closes it. */
  actions?: ReactNode;
  closeLabel?: string;
}

/** A question or a form over the page. Keeps the focus inside; Escape closes it, and the focus goes back. */
export const Dialog = ({ title, isOpen, onClose, children, actions, closeLabel = 'Close' }: DialogProps) => (
  <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
    <Modal className="modal">
      <AriaDialog className="dialog">
        <Heading slot="title" level={2}>
          {title}
        </Heading>
        <div className="stack">{children}</div>
        <div className="row dialog-actions">
          <Button onPress={onClose}>{closeLabel}</Button>
          {actions}
        </div>
      </AriaDialog>
    </Modal>
  </ModalOverlay>
);
