# One image for all services; the command says which: `node services/api/dist/main.js`. It holds no shell script, no
# compiler, no development packages and no PostgreSQL of its own, and runs as an ordinary user on a read-only root.

FROM node:24-slim AS base
WORKDIR /app

# What npm reads and nothing else: packages are installed again when one of these files changes, not at every edit.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM base AS build
COPY --from=manifests /app ./
RUN npm ci
COPY . .
RUN npm run build
# services read the migrations to see whether the database is behind; the migration job applies them.
RUN mkdir /out \
  && cp -r --parents packages/*/dist services/*/dist prisma /out \
  && rm -r /out/packages/testing \
  && find /out \( -name '*.d.ts' -o -name .tsbuildinfo \) -delete

# Optional packages are PostgreSQL's binaries (for the embedded one) and, by way of a peer dependency, Prisma's CLI.
FROM base AS production
COPY --from=manifests /app ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts
COPY --from=build /out ./

FROM base
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
COPY --from=production /app ./
# The user `node`, by number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
ENTRYPOINT []
