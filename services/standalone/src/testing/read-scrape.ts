/** What `GET /metrics` said. */
export interface Scrape {
  /** Types by the names of metrics. */
  types: ReadonlyMap<string, string>;
  samples: readonly { name: string; labels: Readonly<Record<string, string>>; value: number }[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads the text form of Prometheus (Exposition formats, "Text-based format"). @throws Error at a line that is not of it. */
export const readScrape = (text: string): Scrape => {
  const lines = text.split('\n').filter((line) => line !== '');
  const types = lines.flatMap((line): [string, string][] => {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    return name === undefined || type === undefined ? [] : [[name, type]];
  });
  const samples = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name === undefined) throw new Error(`Not a sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
  return { types: new Map(types), samples };
};

/** Sum of the samples of that name that have these labels; undefined when there are none. */
export const valueOf = ({ samples }: Scrape, name: string, labels: Record<string, string> = {}): number | undefined => {
  const found = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
};
