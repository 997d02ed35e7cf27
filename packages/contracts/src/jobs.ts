import Joi from 'joi';

/**
 * Version of the job payload. A worker that meets another version leaves the delivery to the scheduler, which enqueues
 * it again as the running version writes it: rows are the truth, jobs are rebuilt from them.
 */
export const JOB_VERSION = 1;

/** An attempt to make. Ids only: everything else is loaded when the job runs, so that a job is never out of date. */
export interface AttemptJob {
  v: typeof JOB_VERSION;
  /** Delivery (UUID). */
  d: string;
  /** Number of the automatic attempt to make, from 1; 0 for a manual retry. */
  n: number;
  /** The manual retry that this job carries out (UUID). */
  r?: string;
  /** Set once a rate limit has given this job its turn (Unix ms): it is not asked to wait again. */
  paced?: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const FIELDS = new Set(['v', 'd', 'n', 'r', 'paced']);

const uuid = Joi.string().guid({ separator: '-' });

export const attemptJobSchema: Joi.ObjectSchema<AttemptJob> = Joi.object<AttemptJob>({
  v: Joi.number().valid(JOB_VERSION).required(),
  d: uuid.required(),
  n: Joi.number().integer().min(0).required(),
  r: uuid,
  paced: Joi.number().integer(),
}).required();

/** The everyday job, told from all others without the cost of a schema: one is read for every attempt. */
const isPlain = (data: unknown): data is AttemptJob => {
  if (typeof data !== 'object' || data === null) return false;
  const { v, d, n, r, paced } = data as Record<string, unknown>;
  return (
    v === JOB_VERSION &&
    typeof d === 'string' &&
    UUID.test(d) &&
    Number.isSafeInteger(n) &&
    (n as number) >= 0 &&
    (r === undefined || (typeof r === 'string' && UUID.test(r))) &&
    (paced === undefined || Number.isSafeInteger(paced)) &&
    Object.keys(data).every((name) => FIELDS.has(name))
  );
};

/** Reads a job from the queue: the job, or why it is none of this version. */
export const readAttemptJob = (data: unknown): { job: AttemptJob } | { job: null; reason: string } => {
  if (isPlain(data)) return { job: data };
  const { value, error } = attemptJobSchema.validate(data, { convert: false });
  return error === undefined ? { job: value } : { job: null, reason: error.message };
};
