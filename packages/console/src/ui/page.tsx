import { type ReactNode, useEffect, useRef } from 'react';

/** Names the tab of the browser after the page. */
export const usePageTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Posthorn`;
  }, [title]);
};

export interface PageProps {
  title: string;
  /** Beside the title: a state. */
  badge?: ReactNode;
  /** Under the title, in small. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its title. The focus goes to the title, so that a screen reader says where one is. */
export const Page = ({ title, badge, subtitle, actions, children }: PageProps) => {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header className="page-header">
        <div className="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {badge}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
        {subtitle !== undefined && <p className="muted page-subtitle">{subtitle}</p>}
      </header>
      {children}
    </>
  );
};

export const Card = ({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) => (
  <section className="card" aria-label={title}>
    <div className="card-header">
      <h2>{title}</h2>
      {actions}
    </div>
    {children}
  </section>
);

/** Names with their values. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
