import { useState } from 'react';
import type { DialectView } from '../../api/types.ts';
import { prettyValue } from '../../format/pretty.ts';
import { useApi } from '../../session/session.tsx';
import { Code, CopyButton } from '../../ui/bits.tsx';
import { Card } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Tabs } from '../../ui/tabs.tsx';

const TITLES: Readonly<Record<string, string>> = {
  superoffice: 'SuperOffice',
  sonar: 'Sonar',
  passona: 'Passona',
  wooxy: 'Wooxy',
};

const Look = ({ title, look }: { title: string; look: DialectView }) => {
  const text = prettyValue(look.body);
  return (
    <div className="stack">
      <p className="muted">
        A client of {title} gets this by <code>{look.call}</code>, as {look.mediaType}. Secret and header values are
        redacted here.
      </p>
      <Code text={text} label={`The webhook in ${title}`} />
      <div className="row">
        <CopyButton text={text} />
      </div>
    </div>
  );
};

/** How the webhook looks to clients of the other systems whose APIs Posthorn speaks. */
export const DialectTabs = ({ webhookId }: { webhookId: number }) => {
  const api = useApi();
  const [selected, select] = useState('superoffice');
  return (
    <Card title="How this webhook looks in other systems">
      <QueryView
        queryKey={['views', webhookId]}
        read={(signal) => api.views(webhookId, signal)}
        label="views of other systems"
      >
        {(views) => (
          <Tabs
            label="Systems"
            selected={selected}
            onSelect={select}
            tabs={Object.entries(views).map(([name, look]) => {
              const title = TITLES[name] ?? name;
              return { id: name, title, content: () => <Look title={title} look={look} /> };
            })}
          />
        )}
      </QueryView>
    </Card>
  );
};
