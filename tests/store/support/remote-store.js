// A store that lives in another program, over HTTP: this half runs here.

import { request } from "node:http";
import { decode, encode } from "./remote.js";

const METHODS = ["load", "commit", "due", "settle", "events", "keys", "remove"];

/** @returns {import("edge-mfa/store").Store} */
export function remoteStore(url, now) {
  const call =
    (method) =>
    async (...given) => {
      const { value, error } = decode(await post(url, encode({ method, given, now: now() })));
      if (error) throw new Error(error);
      return value;
    };
  return Object.fromEntries(METHODS.map((method) => [method, call(method)]));
}

/** A connection each: one that is kept may be closed by the other side just when it is used again. */
function post(url, body) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent: false }, async (response) => {
      try {
        resolve(Buffer.concat(await response.toArray()).toString());
      } catch (error) {
        reject(error);
      }
    });
    asked.once("error", reject).end(body);
  });
}
