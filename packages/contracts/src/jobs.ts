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
  /** The shared job (UUID) that this attempt is part of. */
  s?: string;
}

/** First attempts of deliveries that were stored together, in one job of the queue. */
export interface SharedJob {
  v: typeof JOB_VERSION;
  /** The job (UUID), as the rows of its deliveries name it. */
  s: string;
  /** Deliveries (UUIDs). */
  ds: readonly string[];
}

/** What is in the queue. */
export type QueuedJob = AttemptJob | SharedJob;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const FIELDS = new Set(['v', 'd', 'n', 'r', 'paced']);

const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);

const uuid = Joi.string().guid({ separator: '-' });

export const attemptJobSchema: Joi.ObjectSchema<AttemptJob> = Joi.object<AttemptJob>({
  v: Joi.number().valid(JOB_VERSION).required(),
  d: uuid.required(),
  n: Joi.number().integer().min(0).required(),
  r: uuid,
  paced: Joi.number().integer(),
}).required();

const sharedJobSchema = Joi.object<SharedJob>({
  v: Joi.number().valid(JOB_VERSION).required(),
  s: uuid.required(),
  ds: Joi.array().items(uuid.required()).required(),
}).required();

const isShared = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && Object.hasOwn(data, 'ds');

/** The everyday job, told from all others without the cost of a schema: one is read for every attempt. */
const isPlain = (data: unknown): data is AttemptJob => {
  if (typeof data !== 'object' || data === null) return false;
  const { v, d, n, r, paced } = data as Record<string, unknown>;
  return (
    v === JOB_VERSION &&
    isUuid(d) &&
    Number.isSafeInteger(n) &&
    (n as number) >= 0 &&
    (r === undefined || isUuid(r)) &&
    (paced === undefined || Number.isSafeInteger(paced)) &&
    Object.keys(data).every((name) => FIELDS.has(name))
  );
};

const SHARED_FIELDS = new Set(['v', 's', 'ds']);

/** As `isPlain`, of a shared job as we write it. */
const isPlainlyShared = (data: object): data is SharedJob => {
  const { v, s, ds } = data as Record<string, unknown>;
  return (
    v === JOB_VERSION &&
    isUuid(s) &&
    Array.isArray(ds) &&
    ds.length > 0 &&
    ds.every(isUuid) &&
    Object.keys(data).every((name) => SHARED_FIELDS.has(name))
  );
};

const toAttempts = ({ s, ds }: SharedJob): AttemptJob[] => ds.map((d) => ({ v: JOB_VERSION, d, n: 1, s }));

/** Reads a job from the queue: the attempts that it asks for, or why it is none of this version. */
export const readQueuedJob = (data: unknown): { attempts: AttemptJob[] } | { attempts: null; reason: string } => {
  if (isPlain(data)) return { attempts: [data] };
  if (isShared(data)) {
    if (isPlainlyShared(data)) return { attempts: toAttempts(data) };
    const { value, error } = sharedJobSchema.validate(data, { convert: false });
    if (error !== undefined) return { attempts: null, reason: error.message };
    return { attempts: toAttempts(value) };
  }
  const { value, error } = attemptJobSchema.validate(data, { convert: false });
  return error === undefined ? { attempts: [value] } : { attempts: null, reason: error.message };
};
