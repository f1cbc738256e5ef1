// Chromium from npm, unpacked once, driven by playwright-core. CHROMIUM names another one.

import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import packed from "@sparticuz/chromium";
import { chromium as driver } from "playwright-core";
import { tests } from "./scratch.js";

/** @returns {Promise<import("playwright-core").Browser>} */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? (await unpack());
  // Not the arguments that come with it: under its --single-process, closing one page ends the browser.
  return driver.launch({ executablePath, args: ["--no-sandbox"], headless: true });
}

async function unpack() {
  const folder = join(tests, "node_modules/.cache/chromium-147");
  if (!existsSync(folder)) {
    // Several test files may come here at once: each unpacks its own, the first to finish wins.
    const own = `${folder}-${process.pid}`;
    await mkdir(own, { recursive: true });
    const before = process.env.TMPDIR;
    process.env.TMPDIR = own;
    await packed.executablePath();
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    // The one that comes along looks for fonts in folders that are gone when it was unpacked elsewhere.
    await writeFile(join(own, "fonts", "fonts.conf"), fontsConf(join(folder, "fonts")));
    await rename(own, folder).catch(() => rm(own, { recursive: true }));
  }
  // Unpacking has set it to the folder that was renamed.
  process.env.FONTCONFIG_PATH = join(folder, "fonts");
  return join(folder, "chromium");
}

function fontsConf(fonts) {
  const folders = [fonts, "/usr/share/fonts"].map((folder) => `<dir>${folder}</dir>`).join("");
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}<cachedir>${fonts}/cache</cachedir></fontconfig>\n`;
}
