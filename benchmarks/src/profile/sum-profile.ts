export interface CallFrame {
  functionName: string;
  url: string;
}

/** A CPU profile as V8 writes it (`node --cpu-prof`), as far as it is read here. Times in microseconds. */
export interface CpuProfile {
  nodes: readonly { id: number; callFrame: CallFrame; children?: readonly number[] }[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}

export interface AreaShare {
  area: string;
  /** Of the time in which the processor was busy, 0 to 1. */
  share: number;
}

const NODE_MODULES = '/node_modules/';

/** The package or the part of Node that a function is in: where its time is booked. */
export const areaOf = ({ functionName, url }: CallFrame): string => {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'Node: native code outside of JavaScript';
  if (url.startsWith('node:')) {
    const [module = '', part = ''] = url.slice('node:'.length).replace('internal/', '').split('/');
    return `Node: ${module === 'deps' ? part : module}`;
  }
  const inside = url.lastIndexOf(NODE_MODULES);
  if (inside !== -1) {
    const [scope = '', name = ''] = url.slice(inside + NODE_MODULES.length).split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  const own = /\/((?:packages|services)\/[^/]+)\/(?:dist|src)\//.exec(url)?.[1];
  if (own !== undefined) return `Posthorn: ${own}`;
  if (url.startsWith('wasm:')) return 'WebAssembly';
  // Without a file: what V8 and Node have in native code, such as JSON.stringify and writev.
  return url === '' ? `native: ${functionName === '' ? 'without a name' : functionName}` : 'other';
};

/** Self time by area, the largest first; idle time is left out. */
export const sumProfile = ({ nodes, samples, timeDeltas }: CpuProfile): AreaShare[] => {
  const areas = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const frame = areas.get(id);
    const delta = timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(root)') continue;
    const area = areaOf(frame);
    micros.set(area, (micros.get(area) ?? 0) + delta);
    busy += delta;
  }
  return [...micros]
    .map(([area, time]) => ({ area, share: time / busy }))
    .sort((one, other) => other.share - one.share);
};

/** The areas above a share, and one line for all the rest. */
export const largestAreas = (areas: readonly AreaShare[], atLeast: number): AreaShare[] => {
  const shown = areas.filter(({ share }) => share >= atLeast);
  const rest = areas.filter(({ share }) => share < atLeast).reduce((sum, { share }) => sum + share, 0);
  return rest > 0 ? [...shown, { area: 'all the rest', share: rest }] : shown;
};
