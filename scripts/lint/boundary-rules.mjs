import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { isTestFile } from './read-workspaces.mjs';

const BASE = ['packages/contracts', 'packages/domain'];
const MIDDLE = [
  'database',
  'dialects',
  'embedded-postgres',
  'openapi',
  'outbound',
  'publishing',
  'queues',
  'relay',
  'runtime',
].map((name) => `packages/${name}`);

/** They drive the whole from outside and ship nowhere. */
const DRIVERS = ['demo', 'tests', 'benchmarks'];

/** What they need from contracts is types: the client ships to others, the console to browsers, where Joi has no business. */
const TYPES_ONLY = ['packages/client', 'packages/console'];

/** Ships as files that hold all they need: its packages are for its build, and must not get into the image. */
const BUNDLED = ['packages/console'];

/** Of these processes there are many: from the database they take statements, and none of them holds Prisma. */
const WITHOUT_PRISMA = ['packages/publishing', 'packages/relay', 'services/ingest', 'services/worker'];
const DATABASE = '@posthorn/database';
const SQL_ENTRY = 'packages/database/src/sql.ts';

/** Which workspaces the code of a workspace may import (DESIGN, "Pipeline, and where each stage lives"). */
const mayImport = (from, to) => {
  if (DRIVERS.includes(to)) return false;
  if (from === 'packages/contracts') return false;
  if (from === 'packages/domain' || TYPES_ONLY.includes(from)) return to === 'packages/contracts';
  // For people outside, who have nothing but the public API.
  if (from === 'packages/cli') return to === 'packages/client';
  if (from === 'packages/testing') return to.startsWith('packages/') && to !== 'packages/client';
  if (DRIVERS.includes(from)) return to.startsWith('packages/') || to === 'services/standalone';
  if (from === 'services/standalone' && to.startsWith('services/')) return true;
  // What two services do with the same parts: it stands between them and those parts.
  if (['packages/publishing', 'packages/relay'].includes(from)) return [...BASE, ...MIDDLE].includes(to);
  if (from.startsWith('services/')) return [...BASE, ...MIDDLE].includes(to);
  return BASE.includes(to);
};

/** Tests are not built and ship nowhere: they may use every package, but no service of another workspace. */
const testMayImport = (from, to) => to.startsWith('packages/') || mayImport(from, to);

const explainDirection = ({ from, to, isTest, typeOnly }) => {
  if (to === 'packages/testing' && !isTest && !DRIVERS.includes(from)) return `only tests and the demo import ${to}`;
  if (!(isTest ? testMayImport : mayImport)(from, to)) return `${from} may not import ${to}`;
  if (TYPES_ONLY.includes(from) && !isTest && !typeOnly)
    return `the ${from.split('/')[1]} takes only types from ${to}: use \`import type\``;
  return null;
};

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const isDeclared = ({ workspace, testTools, name, isTest, typeOnly }) => {
  if (workspace.runtime.includes(name)) return true;
  // Drivers ship nowhere: what only they need must not get into the image.
  const isForBuild = DRIVERS.includes(workspace.dir) || BUNDLED.includes(workspace.dir);
  if ((isTest || typeOnly || isForBuild) && workspace.development.includes(name)) return true;
  return isTest && (name === '@posthorn/testing' || testTools.includes(name));
};

const judgeRelative = ({ workspace, path, specifier, isTest }) => {
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith(`${workspace.dir}/`))
    return [`'${specifier}' leaves ${workspace.dir}: import the package by its name`];
  return isTestFile(target) && !isTest ? [`'${specifier}' is for tests, and is not built`] : [];
};

const judgeNamed = ({ tree, workspace, specifier, isTest, typeOnly }) => {
  const name = packageOf(specifier);
  // A package that names itself gets its own exports, which is what jest's set-up of packages/testing does.
  if (name === workspace.name) return [];
  const problems = [];
  const target = tree.workspaces.find((candidate) => candidate.name === name);
  if (target !== undefined) {
    const subpath = `.${specifier.slice(name.length)}`;
    if (!target.exports.includes(subpath)) problems.push(`'${specifier}' reaches into ${target.dir}: import '${name}'`);
    const direction = explainDirection({ from: workspace.dir, to: target.dir, isTest, typeOnly });
    if (direction !== null) problems.push(direction);
  }
  if (specifier === DATABASE && WITHOUT_PRISMA.includes(workspace.dir) && !isTest && !typeOnly) {
    problems.push(`'${specifier}' loads Prisma, which ${workspace.dir} does without: import '${DATABASE}/sql'`);
  }
  if (!isDeclared({ workspace, testTools: tree.testTools, name, isTest, typeOnly })) {
    problems.push(`'${name}' is not declared in ${workspace.dir}/package.json`);
  }
  return problems;
};

const judgeImport = (input) => {
  if (input.specifier.startsWith('.')) return judgeRelative(input);
  return isBuiltin(input.specifier) ? [] : judgeNamed(input);
};

const judgeFile = (tree, workspace, { path, isTest, imports, unreadable }) => [
  ...(unreadable === undefined ? [] : [{ path, line: 1, message: `cannot be parsed: ${unreadable}` }]),
  ...imports.flatMap(({ specifier, typeOnly, line }) =>
    judgeImport({ tree, workspace, path, isTest, specifier, typeOnly }).map((message) => ({ path, line, message })),
  ),
];

/** The compiler must build first what the code stands on; a reference to anything else is left over. */
const judgeReferences = (tree, workspace) => {
  const imported = workspace.files
    .filter((file) => !file.isTest)
    .flatMap((file) => file.imports.map((one) => packageOf(one.specifier)));
  const dirOf = (name) => tree.workspaces.find((candidate) => candidate.name === name && candidate !== workspace)?.dir;
  const dirs = (names) => new Set(names.map(dirOf).filter((dir) => dir !== undefined));
  const needed = dirs([...workspace.runtime, ...imported]);
  const allowed = dirs([...workspace.runtime, ...workspace.development]);
  const path = `${workspace.dir}/tsconfig.json`;
  return [
    ...[...needed]
      .filter((dir) => !workspace.references.includes(dir))
      .map((dir) => ({ path, line: 1, message: `${dir} is a dependency, but not among the references` })),
    ...workspace.references
      .filter((dir) => !allowed.has(dir))
      .map((dir) => ({
        path,
        line: 1,
        message: `${dir} is among the references, but not a dependency in package.json`,
      })),
  ];
};

/** What a source loads of its own workspace, itself first. */
const loadedFiles = (workspace, entry) => {
  const files = new Map(workspace.files.map((file) => [file.path, file]));
  const loaded = new Set([entry]);
  for (const path of loaded) {
    const relative = (files.get(path)?.imports ?? []).filter(
      ({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'),
    );
    for (const { specifier } of relative) loaded.add(posix.join(posix.dirname(path), specifier));
  }
  return [...loaded].flatMap((path) => files.get(path) ?? []);
};

/** Every import on the way from the entry without Prisma that leads to Prisma all the same. */
const judgeSqlEntry = (workspace) =>
  loadedFiles(workspace, SQL_ENTRY).flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, typeOnly }) => !typeOnly && /^@prisma\/|\/generated\//.test(specifier))
      .map(({ specifier, line }) => ({
        path,
        line,
        message: `'${specifier}' gets into '${DATABASE}/sql', which is without Prisma`,
      })),
  );

const judgeRootReferences = ({ workspaces, rootReferences }) =>
  workspaces
    .filter(({ dir }) => !rootReferences.includes(dir))
    .map(({ dir }) => ({
      path: 'tsconfig.json',
      line: 1,
      message: `${dir} is not among the references, so it is not built`,
    }));

/** Everything in the tree that crosses a boundary: `{ path, line, message }`. */
export const findViolations = (tree) => [
  ...tree.workspaces.flatMap((workspace) => [
    ...workspace.files.flatMap((file) => judgeFile(tree, workspace, file)),
    ...judgeReferences(tree, workspace),
    ...(workspace.name === DATABASE ? judgeSqlEntry(workspace) : []),
  ]),
  ...judgeRootReferences(tree),
];
