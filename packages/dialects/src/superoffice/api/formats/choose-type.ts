import { JSON_TYPES, XML_TYPES } from './media-types.ts';

const OFFERED: readonly string[] = [...JSON_TYPES, ...XML_TYPES];

interface Range {
  range: string;
  quality: number;
  place: number;
}

const readRange = (text: string, place: number): Range => {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '');
  const number = quality === undefined ? 1 : Number(quality);
  return { range, quality: number >= 0 && number <= 1 ? number : 0, place };
};

/** The range that speaks for a type: the exact one before `application/*` before all. */
const findRange = (ranges: readonly Range[], type: string): Range | undefined => {
  const names = [type, `${type.split('/', 1)[0]}/*`, '*/*'];
  return names.flatMap((name) => ranges.find(({ range }) => range === name) ?? [])[0];
};

/**
 * The media type to answer in (RFC 9110 §12.5.1): of those that the client takes the one it likes best, and of equals
 * the one it names first. Parameters such as `charset` decide nothing. JSON when it names none that there is.
 */
export const chooseType = (accept: string | undefined): string => {
  const ranges = (accept ?? '').split(',').map(readRange);
  const wanted = OFFERED.flatMap((type) => {
    const range = findRange(ranges, type);
    return range === undefined || range.quality === 0 ? [] : [{ type, ...range }];
  });
  const [best] = wanted.toSorted((a, b) => b.quality - a.quality || a.place - b.place);
  return best?.type ?? JSON_TYPES[0];
};
