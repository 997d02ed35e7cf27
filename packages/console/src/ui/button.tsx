import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';

export interface ButtonProps {
  children: ReactNode;
  /** `primary` for the one thing that a page is for, `danger` for what cannot be undone, `plain` inside text. */
  kind?: 'primary' | 'normal' | 'danger' | 'plain';
  type?: 'button' | 'submit';
  isDisabled?: boolean;
  /** Shows that it is at work, and takes no second press. */
  isBusy?: boolean;
  onPress?: () => void;
  'aria-label'?: string;
  'aria-expanded'?: boolean;
  'aria-controls'?: string;
}

export const Button = ({ children, kind = 'normal', type = 'button', isBusy = false, ...rest }: ButtonProps) => (
  <AriaButton {...rest} type={type} isPending={isBusy} className={`button button-${kind}`}>
    {children}
    {isBusy && <span className="busy-mark"> …</span>}
  </AriaButton>
);
