// Somebody with a keyboard and no mouse, before a page of either browser. What is on the page is asked of the page.

import assert from "node:assert/strict";
import { launch } from "../../runtime/support/chromium.js";
import { inChromium, inFirefox } from "./authenticators.js";
import { launchFirefox } from "./firefox.js";
import { computed, toldOf } from "./told.js";

/**
 * Chromium by playwright-core, Firefox by puppeteer-core over WebDriver BiDi; what differs between the two is here.
 *
 * `open` answers a page of its own with `told`, what a screen reader has of it, and `addAuthenticator`, for passkeys.
 */
export async function openBrowser(name) {
  if (name === "Chromium") {
    const browser = await launch();
    const open = async ({ viewport, ...options } = {}) => {
      const context = await browser.newContext({ viewport: viewport ?? { width: 800, height: 900 }, ...options });
      const page = await context.newPage();
      const cdp = await context.newCDPSession(page);
      return {
        page,
        close: () => context.close(),
        context,
        told: () => toldOf(cdp),
        addAuthenticator: inChromium(cdp),
      };
    };
    return { name, open, close: () => browser.close() };
  }
  const { browser, command, close } = await launchFirefox();
  const open = async ({ viewport } = {}) => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(viewport ?? { width: 800, height: 900 });
    const authenticators = inFirefox(command);
    const close = async () => {
      await context.close();
      await authenticators.removeAll();
    };
    return { page, close, told: () => computed(page, command), addAuthenticator: authenticators.add };
  };
  return { name, open, close };
}

/** @param {import("playwright-core").Page} page of either browser */
export function personAt(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // The browser itself complains of answers that are refusals.
    if (message.type() === "error" && !/status of (400|401|403|404|409|429)/.test(message.text()))
      complaints.push(message.text());
  });
  /** Asks until the page says so; fails with what is there instead. */
  const until = async (what, ask, argument) => {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const found = await page.evaluate(ask, argument);
      if (found) return found;
      if (Date.now() > deadline) assert.fail(`no ${what}; there is: ${await page.evaluate(seen)}; ${complaints}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const heading = (text) => until(`heading "${text}"`, isHeaded, text);
  const focused = () => page.evaluate(focusOf);
  /** Goes there with the Tab key, as far as it takes. */
  const tabTo = async (name) => {
    for (let presses = 0; presses < 40; presses++) {
      const { name: at, tag } = await focused();
      if (at === name && tag !== "h2") return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`the Tab key does not lead to "${name}"; there is: ${await page.evaluate(seen)}`);
  };
  const press = async (name) => {
    await tabTo(name);
    await page.keyboard.press("Enter");
  };
  const type = async (text) => {
    await until("focus in a field", isInField);
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  const alert = (text) => until(`alert "${text}"`, isAlerted, text);
  const text = (selector) => page.evaluate(textOf, selector);
  return { page, complaints, until, heading, focused, tabTo, press, type, alert, text };
}

function seen() {
  const roots = [...document.querySelectorAll("mfa-setup, mfa-prompt")].map(({ shadowRoot }) => shadowRoot);
  return [document.body, ...roots].map((root) => (root.textContent ?? "").replace(/\s+/g, " ").trim()).join(" | ");
}

function isHeaded(text) {
  const roots = [...document.querySelectorAll("mfa-setup, mfa-prompt")].map(({ shadowRoot }) => shadowRoot);
  return roots.some((root) => root.querySelector("h2")?.textContent === text);
}

function isAlerted(text) {
  const roots = [...document.querySelectorAll("mfa-setup, mfa-prompt")].map(({ shadowRoot }) => shadowRoot);
  return roots.some((root) => root.querySelector("[role=alert]")?.textContent.includes(text));
}

function isInField() {
  return document.activeElement?.shadowRoot?.activeElement?.localName === "input";
}

/** The deepest element that has the focus: what it is called, and whether its focus can be seen. */
function focusOf() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return { name: "" };
  const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return {
    name: label.replace(/\s+/g, " ").trim(),
    tag: element.localName,
    outline: `${outlineStyle} ${outlineWidth}`,
  };
}

function textOf(selector) {
  for (const { shadowRoot } of document.querySelectorAll("mfa-setup, mfa-prompt")) {
    const found = shadowRoot.querySelector(selector);
    if (found) return found.textContent.replace(/\s+/g, " ").trim();
  }
  return undefined;
}
