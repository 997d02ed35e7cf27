import type { CallFrame, CpuProfile } from './sum-profile.ts';

/** One step of the pipeline: the first whose pattern matches a file on the stack, from the innermost call outwards, has the time. */
export interface Step {
  name: string;
  files: RegExp;
}

export interface StepCost {
  name: string;
  /** Of the main thread, for one event or delivery. */
  micros: number;
}

const START_UP: Step = { name: 'start-up', files: /^node:internal\/(?:modules|bootstrap)/ };
const LOG: Step = { name: 'log', files: /\/(?:pino|sonic-boom)\/|log-attempt|log-requests|create-logger/ };
const METRICS: Step = { name: 'metrics', files: /\/prom-client\/|count-attempt|measure-requests/ };
const QUEUE = /\/(?:bullmq|ioredis|msgpackr)\/|packages\/queues\//;
const DATABASE = /\/pg(?:-pool|-protocol|-types)?\/|packages\/database\//;

/** Of a worker. Both statements are sent and read by the same driver, so that they share a line. */
export const WORKER_STEPS: readonly Step[] = [
  START_UP,
  { name: 'build the record', files: /worker\/(?:dist|src)\/build-record/ },
  LOG,
  METRICS,
  { name: 'render and sign', files: /packages\/dialects\// },
  { name: 'send the request, read the answer', files: /packages\/outbound\/|\/undici\// },
  { name: 'finish the job, take the next', files: QUEUE },
  { name: 'load and record (PostgreSQL)', files: DATABASE },
];

/** Of ingest. */
export const INGEST_STEPS: readonly Step[] = [
  START_UP,
  LOG,
  METRICS,
  { name: 'enqueue', files: QUEUE },
  { name: 'accept (PostgreSQL)', files: DATABASE },
  {
    name: 'read and check the event',
    files: /ingest\/(?:dist|src)\/read-|packages\/(?:publishing|contracts)\/|\/joi\//,
  },
  {
    name: 'HTTP and Express',
    files: /\/(?:express|router|body-parser|raw-body|finalhandler|on-finished)\/|^node:_http/,
  },
];

const IDLE = 'idle';
const REST = 'the rest, such as the event loop';

/** Names of what V8 books for itself. */
const OWN = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(idle)', IDLE],
]);

const stepOf = (frames: readonly CallFrame[], steps: readonly Step[]): string => {
  const own = OWN.get(frames[0]?.functionName ?? '');
  if (own !== undefined) return own;
  for (const { url } of frames) {
    const step = steps.find(({ files }) => files.test(url));
    if (step !== undefined) return step.name;
  }
  return REST;
};

/** What each step takes of the main thread, the most first; without start-up and the time in which nothing was to be done. */
export const sumSteps = (profile: CpuProfile, steps: readonly Step[], pieces: number): StepCost[] => {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stackOf = (leaf: number): CallFrame[] => {
    const stack: CallFrame[] = [];
    for (let id: number | undefined = leaf; id !== undefined; id = callers.get(id)) {
      const frame = frames.get(id);
      if (frame !== undefined) stack.push(frame);
    }
    return stack;
  };
  const known = new Map(profile.nodes.map(({ id }) => [id, stepOf(stackOf(id), steps)]));
  const micros = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const name = known.get(id) ?? REST;
    if (name !== IDLE && name !== START_UP.name) {
      micros.set(name, (micros.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
    }
  }
  return [...micros]
    .map(([name, time]) => ({ name, micros: time / pieces }))
    .sort((one, other) => other.micros - one.micros);
};
