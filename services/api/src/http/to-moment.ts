/** A moment in a query, as Unix ms. */
export const toMs = (moment: string | undefined): number | undefined =>
  moment === undefined ? undefined : Date.parse(moment);
