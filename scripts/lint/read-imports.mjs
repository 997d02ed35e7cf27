import { parseSync } from '@swc/core';

const literal = (node) => (node?.type === 'StringLiteral' ? node : undefined);

/** `import(…)`, `require(…)` and `import.meta.resolve(…)` of a literal; what is computed cannot be judged. */
const calledSource = ({ callee, arguments: args }) => {
  const loads =
    callee.type === 'Import' ||
    (callee.type === 'Identifier' && callee.value === 'require') ||
    (callee.type === 'MemberExpression' &&
      callee.object.type === 'MetaProperty' &&
      callee.property.value === 'resolve');
  return loads ? literal(args[0]?.expression) : undefined;
};

/** The node's source literal, and whether nothing of it is left when types are removed. */
const importOf = (node) => {
  switch (node.type) {
    // `import { type A }` is not among the type-only ones: under verbatimModuleSyntax the module is still loaded.
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return { source: literal(node.source), typeOnly: node.typeOnly === true };
    case 'CallExpression':
      return { source: calledSource(node), typeOnly: false };
    case 'TsImportType':
      return { source: literal(node.argument), typeOnly: true };
    case 'TsExternalModuleReference':
      return { source: literal(node.expression), typeOnly: false };
    default:
      return undefined;
  }
};

const walk = (node, visit) => {
  if (node === null || typeof node !== 'object') return;
  if (typeof node.type === 'string') visit(node);
  for (const child of Object.values(node)) walk(child, visit);
};

const lineOf = (text, raw) => {
  const at = text.indexOf(raw);
  return at === -1 ? 1 : text.slice(0, at).split('\n').length;
};

/**
 * Every module that a TypeScript or JavaScript source names: `{ specifier, typeOnly, line }`. With `tsx` it may hold JSX.
 * @throws when the source does not parse.
 */
export const readImports = (text, { tsx = false } = {}) => {
  const found = [];
  const visit = (node) => {
    const { source, typeOnly } = importOf(node) ?? {};
    if (source !== undefined) found.push({ specifier: source.value, typeOnly, line: lineOf(text, source.raw) });
  };
  walk(parseSync(text, { syntax: 'typescript', tsx, target: 'es2022', decorators: false }), visit);
  return found;
};
