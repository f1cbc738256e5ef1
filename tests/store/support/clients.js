// Opens a store where it is, with the real client: also in a process of its own, which imports no more than it needs.

/** @returns {Promise<{ store: import("edge-mfa/store").Store, client?: unknown, close: () => Promise<void> }>} */
export async function connect(address, options = {}) {
  const { client, store, close = async () => {} } = await kinds[address.kind](address, options);
  return { client, store, close: async () => close() };
}

const kinds = {
  async memory(_, options) {
    const { memoryStore } = await import("edge-mfa/store/memory");
    return { store: memoryStore(options) };
  },

  async "better-sqlite3"({ path }, options) {
    const { default: Database } = await import("better-sqlite3");
    const { sqliteStore } = await import("edge-mfa/store/sqlite");
    const client = new Database(path);
    return { client, store: sqliteStore(client, options), close: () => client.close() };
  },

  async libsql({ path }, options) {
    const { createClient } = await import("@libsql/client");
    const { sqliteStore } = await import("edge-mfa/store/sqlite");
    const client = createClient({ url: `file:${path}` });
    return { client, store: sqliteStore(client, options), close: () => client.close() };
  },

  async remote({ url }, { now = Date.now }) {
    const { remoteStore } = await import("./remote-store.js");
    return { store: remoteStore(url, now) };
  },

  async redis({ url }, options) {
    const { createClient } = await import("redis");
    const client = await createClient({ url, disableOfflineQueue: true })
      .on("error", () => {})
      .connect();
    return { client, store: await redisOf(client, options), close: () => client.destroy() };
  },

  async "redis-cluster"({ ports, prefix }, options) {
    const { createCluster } = await import("redis");
    const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
    const client = await createCluster({ rootNodes })
      .on("error", () => {})
      .connect();
    return { client, store: await redisOf(client, { ...options, prefix }), close: () => client.destroy() };
  },

  async ioredis({ url }, options) {
    const { Redis } = await import("ioredis");
    const client = new Redis(url, { maxRetriesPerRequest: 1 }).on("error", () => {});
    return { client, store: await redisOf(client, options), close: () => client.disconnect() };
  },

  async "ioredis-cluster"({ ports, prefix }, options) {
    const { Cluster } = await import("ioredis");
    const client = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
    return { client, store: await redisOf(client, { ...options, prefix }), close: () => client.disconnect() };
  },

  async upstash({ url }, options) {
    const { Redis } = await import("@upstash/redis");
    const client = new Redis({ url, token: "none" });
    return { client, store: await redisOf(client, { ...options, slots: 4 }) };
  },

  async pg({ url }, options) {
    const { default: pg } = await import("pg");
    const { postgresStore } = await import("edge-mfa/store/postgres");
    const client = new pg.Pool({ connectionString: url }).on("error", () => {});
    return { client, store: postgresStore(client, options), close: () => client.end() };
  },

  async postgres({ url }, options) {
    const { default: postgres } = await import("postgres");
    const { postgresStore } = await import("edge-mfa/store/postgres");
    const client = postgres(url);
    return { client, store: postgresStore(client, options), close: () => client.end() };
  },
};

async function redisOf(client, options) {
  const { redisStore } = await import("edge-mfa/store/redis");
  return redisStore(client, options);
}
