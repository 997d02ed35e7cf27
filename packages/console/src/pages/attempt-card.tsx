import type { AttemptTimings, AttemptView } from '../api/types.ts';
import { toCurl } from '../format/curl.ts';
import { formatBytes, formatMs } from '../format/numbers.ts';
import { prettyValue } from '../format/pretty.ts';
import { Code, CopyButton, Moment, OutcomeBadge } from '../ui/bits.tsx';
import { Table } from '../ui/table.tsx';
import { HeadersView } from './headers-view.tsx';
import { timingRows } from './timing-rows.ts';

const titleOf = ({ trigger, number }: AttemptView): string =>
  trigger === 'manual' ? 'Manual retry' : `Attempt ${number ?? ''}`;

const Timings = ({ timings }: { timings: AttemptTimings }) => (
  <Table
    label="Timings"
    items={timingRows(timings)}
    keyOf={({ name }) => name}
    columns={[
      { header: 'Step', cell: ({ name }) => name },
      { header: 'Took', isNumber: true, cell: ({ ms }) => formatMs(ms) },
      {
        header: 'Share',
        cell: ({ share }) => (
          <span className="bar" aria-hidden="true">
            <span className="bar-fill" style={{ width: `${share}%` }} />
          </span>
        ),
      },
    ]}
  />
);

const RequestView = ({ request }: { request: AttemptView['request'] }) => (
  <>
    <h3>
      Request: {request.method} <code>{request.url}</code>
    </h3>
    <HeadersView headers={request.headers} label="Headers of the request" />
    {request.body === null ? (
      <p className="muted">
        {formatBytes(request.bodyBytes)}. The body of an attempt that succeeded is not kept: the event tells it.
      </p>
    ) : (
      <Code text={prettyValue(request.body)} label="Body of the request" />
    )}
    <div className="row">
      <CopyButton label="Copy as curl" text={toCurl(request)} />
    </div>
  </>
);

const ResponseView = ({ response }: { response: AttemptView['response'] }) =>
  response === null ? (
    <p className="muted">The receiver did not answer.</p>
  ) : (
    <>
      <h3>
        Response: <code>{response.status}</code>
      </h3>
      <HeadersView headers={response.headers} label="Headers of the response" />
      {response.body === '' ? (
        <p className="muted">Without a body.</p>
      ) : (
        <Code text={prettyValue(response.body)} label="Body of the response" />
      )}
      {response.bodyTruncated && <p className="muted">It was longer; the rest was not kept.</p>}
    </>
  );

/** One try, with all that was sent and came back. */
export const AttemptCard = ({ attempt, isOpen }: { attempt: AttemptView; isOpen: boolean }) => {
  const { outcome, startedAt, durationMs, error, request, response, timings } = attempt;
  return (
    <li data-tone={outcome === 'succeeded' ? 'good' : 'bad'}>
      <div className="row">
        <span className="timeline-title">{titleOf(attempt)}</span> <OutcomeBadge outcome={outcome} />{' '}
        <Moment at={startedAt} />
        <span className="muted">{formatMs(durationMs)}</span>
        {response !== null && <code>{response.status}</code>}
      </div>
      {error !== null && (
        <p>
          <code>{error.code}</code> {error.message}
        </p>
      )}
      <details open={isOpen}>
        <summary>Request, response and timings</summary>
        <div className="stack">
          {timings === null ? <p className="muted">Its steps were not timed.</p> : <Timings timings={timings} />}
          <RequestView request={request} />
          <ResponseView response={response} />
        </div>
      </details>
    </li>
  );
};
