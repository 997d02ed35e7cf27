/**
 * This moment in SQL, for a column of whole milliseconds that says when to look at a row: rounded up by the column, it would
 * be a moment that is still to come, and a look at once would pass the row over.
 */
export const NOW_IN_MILLISECONDS = "date_trunc('milliseconds', now())";
