import { expect, test } from '@jest/globals';
import { sortErrors } from './field-errors.ts';
import { FORM_FIELDS } from './webhook-form.ts';

const error = (path: string, message = `${path} is wrong`) => ({ path, code: 'any', message });

test.each([
  ['/targetUrl', 'targetUrl'],
  ['/events/3', 'events'],
  ['/retry/delaysSeconds/0', 'retry.delaysSeconds'],
  ['/tooManyErrors/count', 'tooManyErrors.count'],
  ['/headers/X-A~1B', 'headers'],
  ['/retry', 'retry.delaysSeconds'],
  ['name', 'name'],
])('an error at %s stands at the field %s', (path, field) => {
  expect(sortErrors([error(path)], FORM_FIELDS)).toEqual({ byField: { [field]: [`${path} is wrong`] }, others: [] });
});

test('what belongs to no field is not lost, and a field may have several', () => {
  const errors = [error('/type'), error('', 'must be an object'), error('/events/0', 'a'), error('/events/1', 'b')];
  expect(sortErrors(errors, FORM_FIELDS)).toEqual({
    byField: { events: ['a', 'b'] },
    others: ['/type: /type is wrong', 'must be an object'],
  });
});
