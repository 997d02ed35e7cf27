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

const uuid = Joi.string().guid({ separator: '-' });

export const attemptJobSchema: Joi.ObjectSchema<AttemptJob> = Joi.object<AttemptJob>({
  v: Joi.number().valid(JOB_VERSION).required(),
  d: uuid.required(),
  n: Joi.number().integer().min(0).required(),
  r: uuid,
  paced: Joi.number().integer(),
}).required();
