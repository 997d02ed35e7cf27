/** Where a program finds a server. */
export interface RedisAddress {
  host: string;
  port: number;
}

/** Credentials; without a username they are those of the user `default`. */
export interface RedisAuth {
  username: string | undefined;
  password: string;
}

/** TLS with certificates that are checked; what is undefined is as Node has it. Files are PEM. */
export interface RedisTls {
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** The name that the servers' certificates must have; undefined means the address that is connected to. */
  serverName: string | undefined;
}

/** The ways in which operators run Redis or Valkey. */
export type RedisPlace =
  /** One server, or an address behind which somebody else keeps one; credentials are in the URL. */
  | { kind: 'standalone'; url: string; tls: RedisTls | null }
  | {
      kind: 'sentinel';
      sentinels: readonly RedisAddress[];
      /** Name of the primary among the Sentinels. */
      name: string;
      /** On the Sentinels themselves. */
      sentinelAuth: RedisAuth | null;
      auth: RedisAuth | null;
      tls: RedisTls | null;
    }
  | { kind: 'cluster'; nodes: readonly RedisAddress[]; auth: RedisAuth | null; tls: RedisTls | null };

/** Where the delivery queues live: Redis when it is there, PostgreSQL otherwise. */
export interface QueueSettings {
  redis: RedisPlace | undefined;
  databaseUrl: string;
  /** Prefix of the keys in Redis; schema of the tables in PostgreSQL. */
  prefix: string;
  /** Shards that new deliveries are divided among. */
  shards: number;
}
