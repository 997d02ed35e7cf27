import { defineConfig } from 'prisma/config';

// For the ordinary Prisma CLI; `npm run migrate` does the same work without its engine binary.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // oxlint-disable-next-line no-process-env -- the CLI's own configuration file
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
