/** Type of every event that the benchmarks publish. */
export const EVENT_TYPE = 'contact.created';

export interface SampleEvent {
  type: string;
  data: { n: number; at: number; contact: Record<string, string | number> };
}

/**
 * An event of about 350 bytes, as a CRM might publish it.
 * @param n numbers the events of a run from 0: receivers find by it what is lost or came twice.
 * @param atMs when it was due to be published (milliseconds since 1970): receivers measure from it.
 */
export const sampleEvent = (n: number, atMs: number): SampleEvent => ({
  type: EVENT_TYPE,
  data: {
    n,
    at: atMs,
    contact: {
      id: 100_000 + n,
      firstName: 'Ragnhild',
      lastName: 'Thorbjørnsen',
      company: 'Fjellheim Skipsverft og Mekaniske Verksted AS',
      email: `ragnhild.${n}@fjellheim.example`,
      phone: '+47 22 33 44 55',
      street: 'Kongens gate 14, oppgang B',
      city: 'Trondheim',
      country: 'Norway',
    },
  },
});

/** Now, with fractions of a millisecond, on the clock that all processes of this machine share. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
