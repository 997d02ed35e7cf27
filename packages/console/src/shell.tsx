import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { LiveBadge } from './live/live.tsx';
import { useOnline } from './live/use-online.ts';
import { AccountSwitch } from './session/account-switch.tsx';
import { useMe, useSession } from './session/session.tsx';
import { Button } from './ui/button.tsx';
import { ThemeSwitch } from './ui/theme-switch.tsx';

const LINKS: readonly (readonly [string, string])[] = [
  ['/', 'Overview'],
  ['/webhooks', 'Webhooks'],
  ['/deliveries', 'Deliveries'],
  ['/events', 'Events'],
  ['/replays', 'Replays'],
  ['/notices', 'Notices'],
  ['/audit', 'Audit log'],
  ['/tokens', 'Tokens'],
];

const isCurrent = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

const Navigation = () => {
  const [location] = useLocation();
  return (
    <nav aria-label="Pages">
      <ul>
        {LINKS.map(([path, title]) => (
          <li key={path}>
            <Link href={path} aria-current={isCurrent(location, path) ? 'page' : undefined}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};

const SessionPanel = () => {
  const { signOut } = useSession();
  const { isAdmin, token, version } = useMe();
  return (
    <div className="session-panel">
      <ThemeSwitch />
      <p className="muted">
        Signed in {isAdmin ? 'as admin' : `with the token ${token?.name ?? ''} (${token?.scopes.join(', ') ?? ''})`}.
        Posthorn {version}
      </p>
      <Button onPress={() => void signOut()}>Sign out</Button>
    </div>
  );
};

/** What stands around every page. */
export const Shell = ({ children }: { children: ReactNode }) => {
  const [location] = useLocation();
  // It is open on one page: whoever goes to another one has chosen.
  const [menuOpenAt, setMenuOpenAt] = useState<string | null>(null);
  const isMenuOpen = menuOpenAt === location;
  const isOnline = useOnline();
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="top-bar">
        <span className="brand">Posthorn</span>
        <AccountSwitch />
        <LiveBadge />
        <span className="menu-button">
          <Button
            aria-expanded={isMenuOpen}
            aria-controls="side-bar"
            onPress={() => setMenuOpenAt(isMenuOpen ? null : location)}
          >
            Menu
          </Button>
        </span>
      </header>
      <aside id="side-bar" className="side-bar" aria-label="Menu" data-open={isMenuOpen}>
        <Navigation />
        <SessionPanel />
      </aside>
      <main id="content" tabIndex={-1}>
        {!isOnline && (
          <p className="offline" role="status">
            You are offline. What you see is from before; it goes on by itself when the network is back.
          </p>
        )}
        {children}
      </main>
    </div>
  );
};
