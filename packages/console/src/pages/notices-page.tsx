import { Link } from 'wouter';
import type { NoticeStatus } from '../api/types.ts';
import { describeCode, type Wording } from '../format/words.ts';
import { useApi } from '../session/session.tsx';
import { Badge, Moment } from '../ui/bits.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { useFilters } from '../ui/use-filters.ts';
import { useSettled } from '../ui/use-settled.ts';

const STATUSES = [
  { value: '', label: 'All' },
  { value: 'sent', label: 'Sent' },
  { value: 'owed', label: 'Owed' },
  { value: 'given_up', label: 'Given up' },
];
const WORDS: Readonly<Record<NoticeStatus, Wording>> = {
  sent: { tone: 'good', label: 'Sent', meaning: 'The mail server took it.' },
  owed: { tone: 'warning', label: 'Owed', meaning: 'It is sent as soon as the mail server takes it.' },
  given_up: { tone: 'bad', label: 'Given up', meaning: 'Nobody tries to send it any more.' },
};

const NoticesPage = () => {
  const api = useApi();
  const [filters, change] = useFilters(['status', 'webhookId']);
  const settled = useSettled(JSON.stringify(filters));
  return (
    <Page title="Notices" subtitle="E-mails about webhooks that were switched off.">
      <search className="filters">
        <Select label="Status" value={filters.status} choices={STATUSES} onChange={(status) => change({ status })} />
        <TextField
          label="Webhook id"
          isMono
          value={filters.webhookId}
          onChange={(webhookId) => change({ webhookId })}
        />
      </search>
      <PagedTable
        label="Notices"
        queryKey={['notices', settled]}
        read={(cursor, signal) => api.notices({ ...(JSON.parse(settled) as typeof filters), cursor }, signal)}
        keyOf={({ id }) => id}
        empty="No notice was owed yet: no webhook was switched off."
        columns={[
          { header: 'When', cell: ({ created }) => <Moment at={created} /> },
          { header: 'Why', cell: ({ kind }) => describeCode(kind) },
          {
            header: 'Webhook',
            cell: ({ webhookId, webhookName }) =>
              webhookId === null ? (
                webhookName
              ) : (
                <Link href={`/webhooks/${webhookId}`}>{webhookName || `Webhook ${webhookId}`}</Link>
              ),
          },
          { header: 'To', cell: ({ recipient }) => recipient },
          { header: 'Status', cell: ({ status }) => <Badge wording={WORDS[status]} /> },
          { header: 'Sent', cell: ({ sent }) => <Moment at={sent} /> },
          { header: 'Tries', isNumber: true, cell: ({ tries }) => tries },
          { header: 'Last error', cell: ({ lastError }) => lastError ?? '–' },
        ]}
      />
    </Page>
  );
};

export default NoticesPage;
