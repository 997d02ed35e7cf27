import { posix } from 'node:path';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** Where a platform package runs, from its name: `@swc/core-linux-arm64-musl`. Null when the name does not tell. */
const platformOf = (name) => {
  const words = name.split(/[/-]/);
  const at = words.findLastIndex((word) => SYSTEMS.includes(word));
  if (at === -1 || words[at + 1] === undefined) return null;
  const [system, cpu, library] = words.slice(at);
  const libc = system === 'linux' && library in LIBRARIES ? [LIBRARIES[library]] : undefined;
  return { cpu: [cpu], libc, os: [system] };
};

/** The folders whose node_modules Node searches for what a package names: its own, then those around it, then the root. */
const searched = (dir) => {
  const at = dir.lastIndexOf('/node_modules/');
  return at === -1 ? [dir, ''] : [dir, ...searched(dir.slice(0, at))];
};

const isThere = (packages, parent, name) =>
  searched(parent).some((dir) => packages[posix.join(dir, 'node_modules', name)] !== undefined);

/** Optional packages that something in the lock file names, but that have no entry: `{ parent, name, version }`. */
export const findMissingOptional = ({ packages }) =>
  Object.entries(packages).flatMap(([parent, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isThere(packages, parent, name))
      .map(([name, version]) => ({ parent, name, version })),
  );

/**
 * The lock file with an entry for each of them. npm leaves out those that the registry it was made with did not have,
 * and `npm ci` then refuses the file everywhere. Such an entry has no integrity; npm looks at it on its platform alone.
 */
export const completeLockFile = (lock) => {
  const packages = { ...lock.packages };
  for (const { parent, name, version } of findMissingOptional(lock)) {
    const platform = platformOf(name);
    // A range cannot be locked without knowing what there is.
    if (platform === null || !/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`package-lock.json: ${name} cannot be completed`);
    const { cpu, libc, os } = platform;
    const dev = lock.packages[parent].dev === true ? true : undefined;
    // In npm's order of keys, so that its next write changes nothing.
    packages[`node_modules/${name}`] = { version, cpu, dev, libc, optional: true, os };
  }
  const sorted = Object.entries(packages).sort(([one], [other]) => one.localeCompare(other, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted) };
};
