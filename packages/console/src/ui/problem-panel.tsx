import { ApiProblem, Unreachable } from '../api/problem.ts';
import { Button } from './button.tsx';

const titleOf = (error: unknown): string => {
  if (error instanceof ApiProblem) return error.title;
  return error instanceof Unreachable ? 'No connection' : 'Something went wrong in this page';
};

/** What failed, in the words of the server, with the id to ask about it, and another try. */
export const ProblemPanel = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => (
  <div className="problem" role="alert">
    <p className="problem-title">{titleOf(error)}</p>
    <p>{error instanceof Error ? error.message : String(error)}</p>
    {error instanceof ApiProblem && error.errors.length > 0 && (
      <ul>
        {error.errors.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    )}
    {error instanceof ApiProblem && error.requestId !== null && (
      <p className="muted">
        Request <code>{error.requestId}</code>
      </p>
    )}
    {onRetry !== undefined && <Button onPress={onRetry}>Try again</Button>}
  </div>
);
