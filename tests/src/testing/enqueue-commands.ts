/** BullMQ adds jobs by this function of PostgreSQL, and on Redis by a script to whose arguments the name of the jobs belongs. */
export const ENQUEUE = { PostgreSQL: /add_jobs_bulk/, Redis: /deliver-first[^]*attempt/ };
