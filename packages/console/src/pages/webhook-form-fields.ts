import type { HttpMethod } from '../api/types.ts';
import type { WebhookForm } from '../forms/webhook-form.ts';
import type { Choice } from '../ui/fields.tsx';

export interface FieldSpec {
  name: keyof WebhookForm;
  label: string;
  kind: 'text' | 'email' | 'url' | 'password' | 'select';
  hint?: string;
  rows?: number;
  isMono?: boolean;
  isRequired?: boolean;
  choices?: readonly Choice[];
  /** Set at creation only. */
  onlyNew?: boolean;
}

const same = (value: string): Choice => ({ value, label: value });
const METHODS: readonly HttpMethod[] = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];

export const MAIN_FIELDS: readonly FieldSpec[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true },
  {
    name: 'events',
    label: 'Events',
    kind: 'text',
    rows: 3,
    isMono: true,
    isRequired: true,
    hint: 'Types such as contact.created, one in a line; * stands for one segment, and alone for every type.',
  },
  {
    name: 'targetUrl',
    label: 'Target address',
    kind: 'url',
    isMono: true,
    isRequired: true,
    hint: 'Where events are sent, as in https://crm.example.com/hooks.',
  },
  {
    name: 'state',
    label: 'State',
    kind: 'select',
    choices: [same('Active'), same('Stopped')],
    hint: 'While it is stopped, deliveries are held and can be replayed.',
  },
  { name: 'errorsEmail', label: 'E-mail for errors', kind: 'email', hint: 'Is told when the webhook is switched off.' },
  {
    name: 'secret',
    label: 'Secret',
    kind: 'password',
    onlyNew: true,
    isMono: true,
    hint: 'Signs deliveries. Left empty, one is made and shown to you once.',
  },
];

const PLATFORM = 'Empty: as the platform does it.';

export const DELIVERY_FIELDS: readonly FieldSpec[] = [
  { name: 'httpMethod', label: 'HTTP method', kind: 'select', choices: METHODS.map(same) },
  {
    name: 'format',
    label: 'Format',
    kind: 'select',
    onlyNew: true,
    choices: [
      { value: 'standard', label: 'Standard Webhooks' },
      { value: 'superoffice', label: 'SuperOffice' },
      { value: 'sonar', label: 'Sonar' },
      { value: 'passona', label: 'Passona' },
      { value: 'wooxy', label: 'Wooxy' },
    ],
    hint: 'Form of the callback.',
  },
  {
    name: 'headers',
    label: 'Headers',
    kind: 'text',
    rows: 3,
    isMono: true,
    hint: 'Sent with every delivery: Name: value, one in a line.',
  },
  {
    name: 'properties',
    label: 'Properties',
    kind: 'text',
    rows: 3,
    isMono: true,
    hint: 'A JSON object, sent in the body of every delivery.',
  },
  { name: 'timeoutMs', label: 'Timeout (ms)', kind: 'text', hint: PLATFORM },
  {
    name: 'successStatus',
    label: 'What counts as success',
    kind: 'select',
    choices: [
      { value: '', label: 'As the platform does it' },
      { value: '2xx', label: 'Any 2xx' },
      { value: '200', label: 'Only 200' },
    ],
  },
  { name: 'rateLimit.perSecond', label: 'Most attempts a second', kind: 'text', hint: 'Empty: no limit of its own.' },
  { name: 'maxInFlight', label: 'Most requests at the same time', kind: 'text', hint: PLATFORM },
  {
    name: 'retry.delaysSeconds',
    label: 'Delays before retries (seconds)',
    kind: 'text',
    isMono: true,
    hint: 'As in 5, 300, 1800: one attempt more than delays. Empty: as the platform does it.',
  },
  { name: 'retry.jitter', label: 'Jitter of delays', kind: 'text', hint: '0.1 means 10 % more or less.' },
  { name: 'tooManyErrors.count', label: 'Switched off after errors in a row', kind: 'text', hint: PLATFORM },
  { name: 'tooManyErrors.forSeconds', label: '… and after failing for (seconds)', kind: 'text', hint: PLATFORM },
];
