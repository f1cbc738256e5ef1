// The few parts of the Workers runtime that the demo uses.

declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> {
    protected ctx: DurableObjectState;
    protected env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }
}

interface DurableObjectState {
  storage: {
    sql: { exec<Row>(query: string, ...values: unknown[]): { toArray(): Row[] } };
    transactionSync<Result>(work: () => Result): Result;
  };
}

interface DurableObjectNamespace<Type> {
  getByName(name: string): {
    [Key in keyof Type]: Type[Key] extends (...values: infer Values) => infer Result
      ? (...values: Values) => Promise<Awaited<Result>>
      : never;
  };
}

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}
