import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const assets = fileURLToPath(new URL('dist/assets', import.meta.url));

// Served by the API at /console/. The folder is not emptied as a whole: the compiler keeps its notes in it.
export default {
  base: '/console/',
  plugins: [{ name: 'remove-old-assets', buildStart: () => rmSync(assets, { recursive: true, force: true }) }],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    // `light-dark()` and nesting as they are written: all browsers since May 2024 know them.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // A data: address would be one more thing for the content security policy to allow.
    assetsInlineLimit: 0,
    // No inline script, which the policy refuses.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // `'use client'` is for servers that draw pages.
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
      },
    },
  },
};
