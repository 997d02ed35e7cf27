/** Version of Posthorn: in health answers and in the User-Agent of every delivery. Same as in package.json (tested). */
export const VERSION = '0.1.0';
