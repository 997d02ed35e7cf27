import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';
import { usePageTitle } from '../ui/page.tsx';
import { useSession } from './session.tsx';

const explain = (error: unknown): string => {
  if (error instanceof ApiProblem && error.status === 401) return 'This token is not known, or was revoked.';
  return error instanceof Error ? error.message : String(error);
};

/** Trades a token for a session. */
export const SignInPage = () => {
  const session = useSession();
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  usePageTitle('Sign in');

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await session.signIn(token.trim());
    } catch (thrown) {
      setError(explain(thrown));
      setBusy(false);
    }
  };

  return (
    <main className="sign-in" id="content">
      <form className="card sign-in-card" onSubmit={(event) => void submit(event)}>
        <h1>Posthorn</h1>
        <p className="muted">Sign in with a token of your account, or with the admin token.</p>
        <TextField
          label="Token"
          name="token"
          type="password"
          autoComplete="off"
          isRequired
          autoFocus
          value={token}
          onChange={setToken}
          errors={error === null ? [] : [error]}
          hint="It is traded for a session of 12 hours, and not kept in the browser."
        />
        <Button type="submit" kind="primary" isBusy={isBusy} isDisabled={token.trim() === ''}>
          Sign in
        </Button>
        <ThemeSwitch />
      </form>
    </main>
  );
};
