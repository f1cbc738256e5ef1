// What is guarded: the money of one person, in an object of its own.

import { DurableObject } from "cloudflare:workers";

export class Bank extends DurableObject {
  /** In euros. */
  async balance(): Promise<number> {
    return (await this.ctx.storage.get<number>("balance")) ?? WELCOME;
  }

  /** Answers the new balance; `undefined` if there was not enough. Nobody else is between the reading and the writing. */
  async transfer(amount: number): Promise<number | undefined> {
    const balance = (await this.balance()) - amount;
    if (balance < 0) return undefined;
    await this.ctx.storage.put("balance", balance);
    return balance;
  }

  async close(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

const WELCOME = 1250;
