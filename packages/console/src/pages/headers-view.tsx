/** Header lines as they were on the wire. */
export const HeadersView = ({
  headers,
  label,
}: {
  headers: Readonly<Record<string, string | string[]>>;
  label: string;
}) => {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const));
  if (lines.length === 0) return <p className="muted">No headers.</p>;
  return (
    <dl className="headers" aria-label={label}>
      {lines.map(([name, value]) => (
        <div key={`${name} ${value}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
