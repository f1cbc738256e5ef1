// Where there is no page: on a server, the elements are empty, and to import them does nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { output } from "../runtime/support/process.js";
import { tests } from "../runtime/support/scratch.js";

const run = (code) => output(process.execPath, ["--input-type=module", "--eval", code], { cwd: tests });

test("importing it in Node throws nothing", async () => {
  assert.equal(
    await run(
      'import { passkeys, MfaSetup } from "edge-mfa/wizard"; console.log(passkeys.isSupported(), MfaSetup.name)',
    ),
    "false MfaSetup\n",
  );
  assert.equal(await run('import { setup } from "edge-mfa/wizard/state"; console.log(typeof setup)'), "function\n");
});

test("rendered on a server, they are empty elements", async () => {
  const rendered = await run(`
    import { render } from "@lit-labs/ssr";
    import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
    import { html } from "lit";
    import "edge-mfa/wizard";
    console.log(await collectResult(render(html\`<mfa-setup></mfa-setup><mfa-prompt></mfa-prompt>\`)));`);
  const text = rendered.replace(/<style>[\s\S]*?<\/style>|<!--.*?-->/g, "");
  assert.match(text, /<mfa-setup[^>]*><template shadowroot="open" shadowrootmode="open">\s*<\/template><\/mfa-setup>/);
  assert.match(
    text,
    /<mfa-prompt[^>]*><template shadowroot="open" shadowrootmode="open">\s*<\/template><\/mfa-prompt>/,
  );
});
