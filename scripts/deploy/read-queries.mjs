import { parser } from '@prometheus-io/lezer-promql';
import yaml from 'js-yaml';

/** What Grafana puts in place of its variables; any duration reads the same. */
const fillVariables = (query) => query.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h');

const fromDashboard = (text) =>
  JSON.parse(text).panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `dashboard "${title}"`, query: fillVariables(expr) })),
  );

const fromRules = (text) =>
  yaml
    .safeLoad(text)
    .groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, query: expr })));

const fromScaledObject = (text) =>
  yaml
    .safeLoad(text)
    .spec.triggers.map(({ name, metadata }) => ({ where: `KEDA trigger ${name}`, query: metadata.query }));

/** Every query that Prometheus is asked: `{ where, query }`. */
export const listQueries = ({ dashboard, rules, scaledObject }) => [
  ...fromDashboard(dashboard),
  ...fromRules(rules),
  ...fromScaledObject(scaledObject),
];

/** Reads a query by Prometheus's own grammar. @returns `{ selectors: [{ metric, labels }], broken }`, `broken` with what cannot be read. */
export const readQuery = (query) => {
  const selectors = [];
  const broken = [];
  parser.parse(query).iterate({
    enter(node) {
      const text = query.slice(node.from, node.to);
      if (node.type.isError) broken.push(query.slice(Math.max(0, node.from - 10), node.to + 10));
      if (node.name === 'VectorSelector') selectors.push({ metric: null, labels: [] });
      if (node.name === 'Identifier' && node.matchContext(['VectorSelector'])) selectors.at(-1).metric = text;
      if (node.name === 'LabelName' && node.matchContext(['UnquotedLabelMatcher'])) selectors.at(-1).labels.push(text);
    },
  });
  return { selectors, broken };
};

/** `a_bucket`, `a_sum` and `a_count` are series of the histogram `a`. */
const metricOf = (name, metrics) => {
  if (metrics.has(name)) return metrics.get(name);
  const base = metrics.get(name.replace(/_(?:bucket|sum|count)$/, ''));
  return base?.type === 'histogram' ? base : undefined;
};

/** What Prometheus itself adds to every series. */
const TARGET_LABELS = ['job', 'instance', 'le'];

/** Names and labels that no service shows. @param metrics by name: `{ type, labels }`. */
export const findUnknown = (queries, metrics) =>
  queries.flatMap(({ where, query }) => {
    const { selectors, broken } = readQuery(query);
    return [
      ...broken.map((text) => `${where}: cannot be read at "${text}"`),
      ...selectors.flatMap(({ metric: name, labels }) => {
        const metric = metricOf(name, metrics);
        if (metric === undefined) return [`${where}: there is no metric ${name}`];
        return labels
          .filter((label) => !metric.labels.includes(label) && !TARGET_LABELS.includes(label))
          .map((label) => `${where}: ${name} has no label ${label}`);
      }),
    ];
  });
