import { type FormEvent, useState } from 'react';
import { Checkbox, CheckboxGroup, FieldError, Label } from 'react-aria-components';
import { ApiProblem } from '../api/problem.ts';
import type { CreatedToken, TokenScope } from '../api/types.ts';
import { sortErrors } from '../forms/field-errors.ts';
import { useApi, useMe } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/fields.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';

const SCOPES: readonly (readonly [TokenScope, string])[] = [
  ['read', 'sees everything of the account but secrets'],
  ['publish', 'publishes events'],
  ['manage', 'changes webhooks and tokens, and sees secrets'],
];

export const NewTokenForm = ({ onMade }: { onMade: (token: CreatedToken) => void }) => {
  const api = useApi();
  const { isAdmin, token: own } = useMe();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['read']);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { byField, others } = sortErrors(error instanceof ApiProblem ? error.errors : [], ['name', 'scopes']);
  const isTold = Object.keys(byField).length > 0 && others.length === 0;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onMade(await api.createToken({ name, scopes: scopes as TokenScope[] }));
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };

  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        label="Name"
        name="name"
        isRequired
        autoFocus
        value={name}
        onChange={setName}
        errors={byField['name'] ?? []}
      />
      <CheckboxGroup
        className="field"
        value={scopes}
        onChange={setScopes}
        isInvalid={byField['scopes'] !== undefined}
        validationBehavior="aria"
      >
        <Label>Scopes</Label>
        {SCOPES.map(([scope, meaning]) => (
          // A token cannot give what it does not have.
          <Checkbox
            key={scope}
            value={scope}
            className="checkbox"
            isDisabled={!isAdmin && own?.scopes.includes(scope) !== true}
          >
            <span className="checkbox-box" aria-hidden="true" />
            <b>{scope}</b> <span className="muted">{meaning}</span>
          </Checkbox>
        ))}
        <FieldError className="field-error">{(byField['scopes'] ?? []).join('. ')}</FieldError>
      </CheckboxGroup>
      {error !== null && !isTold && <ProblemPanel error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Create token
        </Button>
      </div>
    </form>
  );
};
