// The few parts of the Workers runtime that the demo uses.

declare module "cloudflare:workers" {
  export abstract class DurableObject {
    protected readonly ctx: DurableObjectState;
  }
}

interface DurableObjectState {
  readonly storage: {
    get<Value>(key: string): Promise<Value | undefined>;
    put(key: string, value: unknown): Promise<void>;
    deleteAll(): Promise<void>;
  };
}

interface DurableObjectNamespace<Type> {
  getByName(name: string): Type;
}

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}
