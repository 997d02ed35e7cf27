import { Link } from 'wouter';
import { type ReactNode, useEffect, useState } from 'react';
import type { DeliveryStatus, ReplayState, WebhookState } from '../api/types.ts';
import { formatAbsolute, formatRelative } from '../format/moments.ts';
import { DELIVERY_WORDS, OUTCOME_WORDS, REPLAY_WORDS, WEBHOOK_WORDS, type Wording } from '../format/words.ts';
import { useNow } from '../live/use-now.ts';
import { Button } from './button.tsx';

/** A state in colour and words. */
export const Badge = ({ wording: { tone, label, meaning } }: { wording: Wording }) => (
  <span className="badge" data-tone={tone} title={meaning}>
    {label}
  </span>
);

export const WebhookBadge = ({ state }: { state: WebhookState }) => <Badge wording={WEBHOOK_WORDS[state]} />;
export const DeliveryBadge = ({ status }: { status: DeliveryStatus }) => <Badge wording={DELIVERY_WORDS[status]} />;
export const ReplayBadge = ({ state }: { state: ReplayState }) => <Badge wording={REPLAY_WORDS[state]} />;
export const OutcomeBadge = ({ outcome }: { outcome: 'succeeded' | 'failed' }) => (
  <Badge wording={OUTCOME_WORDS[outcome]} />
);

/** How long ago, with the exact moment at hand. */
export const Moment = ({ at }: { at: string | null }) => {
  const nowMs = useNow();
  if (at === null) return <span className="muted">–</span>;
  return (
    <time dateTime={at} title={formatAbsolute(at)} className="moment">
      {formatRelative(at, nowMs)}
    </time>
  );
};

/** An id, whole, in letters of one width, as a link where it leads somewhere. */
export const Id = ({ id, to }: { id: string | number; to?: string }) =>
  to === undefined ? (
    <code className="id">{id}</code>
  ) : (
    <Link href={to} className="id mono">
      {id}
    </Link>
  );

export const Empty = ({ children }: { children: ReactNode }) => <p className="empty">{children}</p>;

const SHOWN_MS = 2000;

/** Copies a text; says so for a moment. Where the browser does not allow it, says that, too. */
export const CopyButton = ({ text, label = 'Copy' }: { text: string; label?: string }) => {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('The browser did not allow it');
    }
  };
  return (
    <span className="row">
      <Button onPress={() => void copy()}>{label}</Button>
      <span role="status" className="muted">
        {said}
      </span>
    </span>
  );
};

/** Text as it was sent. It scrolls by itself, with the keyboard too. */
export const Code = ({ text, label }: { text: string; label: string }) => (
  <pre className="code" tabIndex={0} role="group" aria-label={label}>
    {text}
  </pre>
);
