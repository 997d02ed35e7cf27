import type { Block } from './describe-notice.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const textOf = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return block.text.toUpperCase();
    case 'paragraph':
      return block.text;
    case 'facts': {
      const width = Math.max(...block.rows.map(([label]) => label.length)) + 2;
      return block.rows.map(([label, value]) => `  ${`${label}:`.padEnd(width)}${value}`).join('\n');
    }
    case 'quote':
      // Every line is marked: an answer cannot pose as words of ours.
      return block.text.replaceAll(/^/gm, '  | ');
    case 'command':
      return `   ${block.text}`;
  }
};

export const printText = (blocks: readonly Block[]): string => `${blocks.map(textOf).join('\n\n')}\n`;

// Only lengths, lines and fonts: colours stay the reader's, so that it is legible on light and on dark.
const PRE =
  'margin:0 0 16px;padding:8px 12px;border:1px solid #888;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 monospace';
const CELL = 'padding:2px 16px 2px 0;vertical-align:top;text-align:left';

const htmlOf = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return `<h2 style="font-size:16px;margin:24px 0 8px">${escapeHtml(block.text)}</h2>`;
    case 'paragraph':
      return `<p style="margin:0 0 12px">${escapeHtml(block.text)}</p>`;
    case 'facts': {
      const rows = block.rows.map(
        ([label, value]) =>
          `<tr><th scope="row" style="${CELL};font-weight:normal;white-space:nowrap">${escapeHtml(label)}</th>` +
          `<td style="${CELL};overflow-wrap:anywhere"><strong>${escapeHtml(value)}</strong></td></tr>`,
      );
      return `<table style="border-collapse:collapse;font-size:15px;margin:0 0 12px">\n${rows.join('\n')}\n</table>`;
    }
    case 'quote':
      return `<pre style="${PRE};border-width:0 0 0 3px">${escapeHtml(block.text)}</pre>`;
    case 'command':
      return `<pre style="${PRE}">${escapeHtml(block.text)}</pre>`;
  }
};

export const printHtml = (title: string, blocks: readonly Block[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:16px;font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div style="max-width:720px">
${blocks.map(htmlOf).join('\n')}
</div>
</body>
</html>
`;
