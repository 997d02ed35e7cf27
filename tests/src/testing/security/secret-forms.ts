/** Of base64 of a text that has the secret in it, the part that depends on the secret alone, for each way it may lie. */
const base64Cores = (bytes: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3)).toString('base64');
    return whole.slice(before === 0 ? 0 : 4);
  });

/** Everything that a secret may be found as: itself, percent-encoded, in JSON, in hexadecimal and inside of base64. */
export const formsOfSecret = (secret: string): string[] => {
  const bytes = Buffer.from(secret, 'utf8');
  const key = /^whsec_(.+)$/.exec(secret)?.[1];
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...base64Cores(bytes),
    ...base64Cores(bytes).map((core) => core.replaceAll('+', '-').replaceAll('/', '_')),
    ...(key === undefined ? [] : [key, Buffer.from(key, 'base64').toString('hex')]),
  ];
  return [...new Set(forms)];
};

/** Names of the secrets that a text has in it, in whatever form. */
export const findSecrets = (text: string, secrets: ReadonlyMap<string, string>): string[] => {
  const lower = text.toLowerCase();
  return [...secrets].flatMap(([name, secret]) =>
    formsOfSecret(secret).some((form) => text.includes(form) || (/^[0-9a-f]+$/.test(form) && lower.includes(form)))
      ? [name]
      : [],
  );
};
