/**
 * Something around a service keeps it from starting: a port that is taken, a database that does not answer, a folder
 * that is in use. `message` is for an operator: what is wrong and what to do, without secrets. It is shown without a
 * stack trace, because the code has nothing to do with it.
 */
export class StartError extends Error {
  override name = 'StartError';
}
