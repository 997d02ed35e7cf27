// Kept to syntax and imports that old Node versions understand: it has to run on them to say that they are too old.

const NEEDED = [20, 19];

/** One line for the person who runs a Node that is too old; null when it is new enough. */
export const explainOldNode = (version) => {
  const [major, minor] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return null;
  return `Posthorn needs Node ${NEEDED.join('.')} or newer; this is Node ${version}. See https://nodejs.org/en/download.`;
};
