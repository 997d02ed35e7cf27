import type { TestResult } from '../../api/types.ts';
import { formatMs } from '../../format/numbers.ts';
import { prettyValue } from '../../format/pretty.ts';
import { Code, OutcomeBadge } from '../../ui/bits.tsx';
import { Facts } from '../../ui/page.tsx';
import { HeadersView } from '../headers-view.tsx';

/** What a test sent and what came back. */
export const TestResultView = ({
  result: { outcome, error, durationMs, request, response },
}: {
  result: TestResult;
}) => (
  <div className="stack" role="status">
    <Facts
      facts={[
        ['Outcome', <OutcomeBadge key="outcome" outcome={outcome} />],
        ['Took', formatMs(durationMs)],
        ['Answer', response === null ? 'none' : <code key="answer">{response.status}</code>],
        ...(error === null ? [] : [['Why', <span key="why">{error.message}</span>] as const]),
      ]}
    />
    <h3>
      Request: {request.method} <code>{request.url}</code>
    </h3>
    <HeadersView headers={request.headers} label="Headers of the request" />
    <Code text={prettyValue(request.body)} label="Body of the request" />
    {response !== null && (
      <>
        <h3>Response</h3>
        <HeadersView headers={response.headers} label="Headers of the response" />
        <Code text={response.body === '' ? '(empty)' : prettyValue(response.body)} label="Body of the response" />
      </>
    )}
  </div>
);
