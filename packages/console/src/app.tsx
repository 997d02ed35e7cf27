import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { LiveProvider } from './live/live.tsx';
import { AccountList } from './session/account-switch.tsx';
import { useSession } from './session/session.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { Shell } from './shell.tsx';
import { Page } from './ui/page.tsx';
import { ProblemPanel } from './ui/problem-panel.tsx';
import { Skeleton } from './ui/skeleton.tsx';

// Each page is a file of its own that comes when it is first opened.
const PAGES = {
  '/': lazy(() => import('./pages/overview-page.tsx')),
  '/webhooks': lazy(() => import('./pages/webhooks-page.tsx')),
  '/webhooks/new': lazy(() => import('./pages/new-webhook-page.tsx')),
  '/webhooks/:id': lazy(() => import('./pages/webhook-page.tsx')),
  '/webhooks/:id/edit': lazy(() => import('./pages/edit-webhook-page.tsx')),
  '/deliveries': lazy(() => import('./pages/deliveries-page.tsx')),
  '/deliveries/:id': lazy(() => import('./pages/delivery-page.tsx')),
  '/events': lazy(() => import('./pages/events-page.tsx')),
  '/events/:id': lazy(() => import('./pages/event-page.tsx')),
  '/replays': lazy(() => import('./pages/replays-page.tsx')),
  '/notices': lazy(() => import('./pages/notices-page.tsx')),
  '/audit': lazy(() => import('./pages/audit-page.tsx')),
  '/tokens': lazy(() => import('./pages/tokens-page.tsx')),
};

const NoPage = () => (
  <Page title="There is no such page">
    <p>The address may be from another version of the console.</p>
  </Page>
);

const ChooseAccount = () => (
  <Page title="Choose an account" subtitle="The admin token works in one account at a time.">
    <div className="card">
      <AccountList />
    </div>
  </Page>
);

const Pages = () => (
  <Suspense fallback={<Skeleton lines={8} label="Loading the page" />}>
    <Switch>
      {Object.entries(PAGES).map(([path, PageOfPath]) => (
        // With its address as the key, a page of another thing starts anew: its title is read out, nothing is left over.
        <Route key={path} path={path}>
          {(params) => <PageOfPath key={JSON.stringify(params)} />}
        </Route>
      ))}
      <Route>
        <NoPage />
      </Route>
    </Switch>
  </Suspense>
);

export const App = () => {
  const { state, accountId, reload } = useSession();
  switch (state.status) {
    case 'loading':
      return (
        <main id="content">
          <Skeleton lines={8} label="Loading the console" />
        </main>
      );
    case 'unreachable':
      return (
        <main id="content">
          <h1>Posthorn</h1>
          <ProblemPanel error={state.error} onRetry={reload} />
        </main>
      );
    case 'signedOut':
      return <SignInPage />;
    case 'signedIn':
      return (
        <LiveProvider>
          <Shell>{accountId === null ? <ChooseAccount /> : <Pages key={accountId} />}</Shell>
        </LiveProvider>
      );
    default:
      return state satisfies never;
  }
};
