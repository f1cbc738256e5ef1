// Firefox in one session of WebDriver with two ways in: puppeteer-core drives it over BiDi, and Marionette, which is what
// geckodriver speaks with it, does what BiDi does not: computed roles and names, and virtual authenticators.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { NodeWebSocketTransport } from "puppeteer-core/internal/node/NodeWebSocketTransport.js";
import { discard, scratch } from "../../store/support/scratch.js";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const PREFERENCES = {
  // Any that is free: it is written into the profile.
  "marionette.port": 0,
  // Virtual authenticators, and none of the machine.
  "security.webauth.webauthn_enable_softtoken": true,
  "security.webauth.webauthn_enable_usbtoken": false,
};

/** @returns the browser of puppeteer-core, and `command` for those of WebDriver by Marionette's names */
export async function launchFirefox() {
  const profile = scratch();
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const words = ["--headless", "--no-remote", "--marionette", "--remote-debugging-port", "0", "--profile", profile];
  const child = spawn(FIREFOX, words, { stdio: "ignore" });
  const ended = once(child, "exit");
  const { command, hangUp } = await callMarionette(await portOf(profile));
  const session = await command("WebDriver:NewSession", { webSocketUrl: true });
  const transport = await NodeWebSocketTransport.create(session.capabilities.webSocketUrl);
  const browser = await puppeteer.connect({ protocol: "webDriverBiDi", transport: inSession(transport, session) });
  const close = async () => {
    hangUp();
    child.kill();
    await ended;
    discard(profile);
  };
  return { browser, command, close };
}

/** The port is in the profile as soon as somebody listens there. */
async function portOf(profile) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const port = Number(readFileSync(join(profile, "MarionetteActivePort"), "utf8"));
      if (port > 0) return port;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    assert.ok(Date.now() < deadline, "Firefox does not listen");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Messages are JSON behind their length: `[0, id, name, parameters]` there, `[1, id, error, result]` back. */
async function callMarionette(port) {
  const socket = connect(port, "127.0.0.1");
  const waiting = new Map();
  let received = Buffer.alloc(0);
  const greeted = new Promise((resolve) => waiting.set(undefined, { resolve }));
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const colon = received.indexOf(":");
      const end = colon + 1 + Number(received.subarray(0, colon));
      if (colon < 0 || received.length < end) return;
      const message = JSON.parse(received.subarray(colon + 1, end));
      received = received.subarray(end);
      const [, id, error, result] = Array.isArray(message) ? message : [];
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(`${error.error}: ${error.message}`));
      else resolve(result);
    }
  });
  let last = 0;
  const command = (name, parameters = {}) => {
    const id = ++last;
    const message = JSON.stringify([0, id, name, parameters]);
    socket.write(`${Buffer.byteLength(message)}:${message}`);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  };
  await greeted;
  return { command, hangUp: () => socket.destroy() };
}

/** puppeteer-core begins with a session of its own; it gets the one that there is. */
function inSession(transport, session) {
  const wrapped = {
    send(text) {
      const { id, method } = JSON.parse(text);
      if (method !== "session.new") return transport.send(text);
      queueMicrotask(() => wrapped.onmessage(JSON.stringify({ type: "success", id, result: session })));
    },
    close: () => transport.close(),
  };
  transport.onmessage = (text) => wrapped.onmessage?.(text);
  transport.onclose = () => wrapped.onclose?.();
  return wrapped;
}
