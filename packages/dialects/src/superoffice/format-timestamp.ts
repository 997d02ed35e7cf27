/** UTC with the seven fractional digits of .NET: `2026-01-31T08:30:00.1230000Z`. For years of four digits. */
export const formatTimestamp = (date: Date): string => date.toISOString().replace('Z', '0000Z');
