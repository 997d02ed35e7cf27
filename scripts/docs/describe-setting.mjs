const rule = (described, name) => described.rules?.find((one) => one.name === name)?.args;
const has = (described, name) => described.rules?.some((one) => one.name === name) === true;

const limits = (described) => {
  const least = rule(described, 'min')?.limit;
  const most = rule(described, 'max')?.limit;
  if (least === undefined) return most === undefined ? '' : `, at most ${most}`;
  return most === undefined ? `, at least ${least}` : `, ${least} to ${most}`;
};

const describeNumber = (described) => {
  if (has(described, 'port')) return 'port number';
  const kind = has(described, 'integer') ? 'whole number' : 'number';
  const unit = described.flags?.unit;
  return `${kind}${unit === undefined ? '' : ` of ${unit}`}${limits(described)}`;
};

const describeText = (described) => {
  const schemes = rule(described, 'uri')?.options?.scheme;
  if (schemes !== undefined) return `URL (${schemes.map((scheme) => `\`${scheme}://\``).join(' or ')})`;
  const pattern = rule(described, 'pattern')?.regex;
  // A long pattern tells a reader less than the meaning beside it does.
  if (pattern !== undefined)
    return pattern.length > 40 ? 'text (form: see meaning)' : `text that matches \`${pattern}\``;
  const size = limits(described);
  return size === '' ? 'text' : `text${size} characters`;
};

const describeTakes = (described) => {
  if (described.flags?.only === true) return described.allow.map((value) => `\`${value}\``).join(', ');
  if (described.type === 'number') return describeNumber(described);
  return described.type === 'string' ? describeText(described) : described.type;
};

/** A Joi setting in words: `{ name, takes, required, fallback, secret, meaning }`; `fallback` is its default as text. */
export const describeSetting = (name, schema) => {
  const described = schema.describe();
  const { presence, default: fallback, description } = described.flags ?? {};
  if (description === undefined) throw new Error(`The setting ${name} has no description.`);
  return {
    name,
    takes: describeTakes(described),
    required: presence === 'required',
    fallback: fallback === undefined ? undefined : String(fallback),
    secret: described.metas?.some((meta) => meta.secret === true) === true,
    meaning: description,
  };
};

/** All settings by service, the standalone one first: that is what most people start. */
export const describeServices = ({ standaloneSettings, serviceSettings }) =>
  Object.entries({ standalone: standaloneSettings, ...serviceSettings }).map(([service, settings]) => ({
    service,
    settings: Object.entries(settings).map(([name, schema]) => describeSetting(name, schema)),
  }));
