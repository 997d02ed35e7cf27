/** What a span tells about itself. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A step of an event's way. */
export interface Span {
  /** W3C `traceparent` for what follows from this step; null while tracing is off. */
  readonly traceparent: string | null;
  set(attributes: SpanAttributes): void;
  /** Ends the step; with an error or a sentence, as one that failed. */
  end(failure?: unknown): void;
}

export interface SpanOptions {
  kind?: 'internal' | 'server' | 'client' | 'producer';
  /** `traceparent` of the step before, from wherever; what is not one is ignored. */
  parent?: string | null | undefined;
  attributes?: SpanAttributes;
}

/** Spans of this process. */
export interface Tracing {
  /** Whether anybody gets the spans: what costs something to gather for them is gathered only then. */
  readonly on: boolean;
  startSpan(name: string, options?: SpanOptions): Span;
  /**
   * A step that several others led to, such as a commit of many events: a child of the first of them, linked to the rest.
   * A quiet system has whole traces that way, and a busy one can be followed through the links.
   */
  startBatchSpan(name: string, parents: Iterable<string | null>, attributes?: SpanAttributes): Span;
  /** Sends what is not sent yet, for a few seconds at most. */
  close(): Promise<void>;
}

const NO_SPAN: Span = { traceparent: null, set() {}, end() {} };

/** Tracing that is off: nothing is made, nothing is sent. */
export const NO_TRACING: Tracing = {
  on: false,
  startSpan: () => NO_SPAN,
  startBatchSpan: () => NO_SPAN,
  close: () => Promise.resolve(),
};
