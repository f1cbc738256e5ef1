// How many sockets may be open at once, over all hosts and to each.
//
// undici bounds neither: not the first, and the second only as long as it does not replace the pool of a host whose last
// socket was closed under it, which is what makes room here.

/** What undici calls to open a socket. */
export type Connect = (options: object, done: Done) => void;
type Done = (error: Error | null, socket: Socket | null) => void;

/** The part of a `net.Socket` that is needed. */
interface Socket {
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** The part of undici's `Client`, which has one socket, that is needed. */
export interface Connection {
  readonly stats: { readonly size: number };
  readonly destroyed: boolean;
  on(event: "drain", listener: () => void): unknown;
}

interface Opening {
  host: string;
  connection: Connection;
  options: object;
  done: Done;
}

export class Gate {
  readonly #total: number;
  readonly #perHost: number;
  readonly #connect: Connect;
  readonly #open = new Map<Socket, Opening>();
  /** How many of each host are open or about to be. */
  readonly #hosts = new Map<string, number>();
  #count = 0;
  #waiting: Opening[] = [];

  constructor(total: number, perHost: number, connect: Connect) {
    this.#total = total;
    this.#perHost = perHost;
    this.#connect = connect;
  }

  /** Makes a connection that opens its socket through the gate. */
  add(host: string, make: (through: Connect) => Connection): Connection {
    const connection = make((options, done) => {
      this.#waiting.push({ host, connection, options, done });
      this.#next();
    });
    // One that has become idle may be what another one waits for. What its own pool has for it comes first.
    connection.on("drain", () => queueMicrotask(() => this.#next()));
    return connection;
  }

  #next(): void {
    for (const opening of this.#waiting) {
      if (this.#isFull || this.#openTo(opening.host) >= this.#perHost) continue;
      this.#waiting = this.#waiting.filter((other) => other !== opening);
      this.#begin(opening);
    }
    if (this.#waiting.length > 0) this.#closeIdle();
  }

  #begin(opening: Opening): void {
    const { host, connection, options, done } = opening;
    if (connection.destroyed) {
      done(new Error("closed before it was connected"), null);
      return;
    }
    this.#add(host, 1);
    this.#connect(options, (error, socket) => {
      const end = () => {
        if (socket) this.#open.delete(socket);
        this.#add(host, -1);
        this.#next();
      };
      if (socket && !error) {
        this.#open.set(socket, opening);
        socket.once("close", end);
      }
      done(error, socket);
      if (error) end();
    });
  }

  /** Makes room, where it helps: of the idle ones, the one that was opened first. */
  #closeIdle(): void {
    const hosts = new Set(this.#waiting.map(({ host }) => host));
    for (const [socket, { host, connection }] of this.#open) {
      if (connection.stats.size > 0 || !(this.#isFull || hosts.has(host))) continue;
      socket.destroy();
      return;
    }
  }

  get #isFull(): boolean {
    return this.#count >= this.#total;
  }

  #openTo(host: string): number {
    return this.#hosts.get(host) ?? 0;
  }

  #add(host: string, change: 1 | -1): void {
    const count = this.#openTo(host) + change;
    if (count > 0) this.#hosts.set(host, count);
    else this.#hosts.delete(host);
    this.#count += change;
  }
}
