import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { sortErrors, type SortedErrors } from '../forms/field-errors.ts';
import { bodyOfForm, FORM_FIELDS, type FormBody, type WebhookForm } from '../forms/webhook-form.ts';
import { Button } from '../ui/button.tsx';
import { type Choice, Select, TextField } from '../ui/fields.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { DELIVERY_FIELDS, type FieldSpec, MAIN_FIELDS } from './webhook-form-fields.ts';

export interface WebhookFormViewProps {
  initial: WebhookForm;
  /** Fields that can no longer be changed are not shown. */
  isNew: boolean;
  submitLabel: string;
  onSubmit: (form: WebhookForm, body: Extract<FormBody, { body: unknown }>['body']) => Promise<void>;
}

/** What is set shows as it is, even where a person cannot set it (`TooManyErrors`). */
const choicesOf = (choices: readonly Choice[] = [], set: string): readonly Choice[] =>
  set === '' || choices.some(({ value }) => value === set) ? choices : [...choices, { value: set, label: set }];

const NO_ERRORS: SortedErrors = { byField: {}, others: [] };

/** All that a webhook has, checked by the server and told at the field. */
export const WebhookFormView = ({ initial, isNew, submitLabel, onSubmit }: WebhookFormViewProps) => {
  const [form, setForm] = useState(initial);
  const [errors, setErrors] = useState(NO_ERRORS);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const fail = (error: unknown): void => {
    const sorted = error instanceof ApiProblem ? sortErrors(error.errors, FORM_FIELDS) : NO_ERRORS;
    setErrors(sorted);
    // Everything that a field tells is told there; the rest, and any other trouble, above the button.
    const isTold = Object.keys(sorted.byField).length > 0 && sorted.others.length === 0;
    setProblem(isTold ? null : error);
    // The first field that is wrong gets the focus, once it is drawn as such.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus());
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const made = bodyOfForm(form);
    setErrors(NO_ERRORS);
    setProblem(null);
    if ('errors' in made) {
      fail(
        new ApiProblem(
          { status: 422, title: 'The form is not complete', detail: 'See the fields.', errors: made.errors },
          null,
        ),
      );
      return;
    }
    setBusy(true);
    try {
      await onSubmit(form, made.body);
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };

  const show = ({ name, kind, onlyNew = false, ...spec }: FieldSpec) => {
    if (onlyNew && !isNew) return null;
    const common = {
      name,
      value: form[name],
      errors: errors.byField[name] ?? [],
      onChange: (value: string) => setForm((before) => ({ ...before, [name]: value })),
    };
    return kind === 'select' ? (
      <Select key={name} {...spec} {...common} choices={choicesOf(spec.choices, initial[name])} />
    ) : (
      <TextField key={name} {...spec} {...common} type={kind} />
    );
  };

  // What is wrong must be seen.
  const isWrongInside = DELIVERY_FIELDS.some(({ name }) => errors.byField[name] !== undefined);
  return (
    <form className="card form" noValidate onSubmit={(event) => void submit(event)}>
      {MAIN_FIELDS.map(show)}
      <details className="form-more" open={!isNew || isWrongInside}>
        <summary>How it is delivered</summary>
        <div className="form">{DELIVERY_FIELDS.map(show)}</div>
      </details>
      {problem !== null && <ProblemPanel error={problem} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {submitLabel}
        </Button>
        {Object.keys(errors.byField).length > 0 && (
          <span role="alert" className="field-error">
            Not saved: look at the fields that are marked.
          </span>
        )}
      </div>
    </form>
  );
};
