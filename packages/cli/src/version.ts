/** Version of this package, for `--version` and the User-Agent. Same as in package.json (tested). */
export const VERSION = '0.1.0';
