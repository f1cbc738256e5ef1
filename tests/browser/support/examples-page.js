// A page with the example of a framework.

import { createClient } from "edge-mfa/client";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { mount } from "svelte";
import { createApp } from "vue";
import { Setup } from "../../wizard/examples/react.jsx";
import Svelte from "../../wizard/examples/svelte.svelte";
import Vue from "../../wizard/examples/vue.vue";

const { searchParams } = new URL(location.href);
const client = createClient({ token: searchParams.get("person"), storage: sessionStorage });
const target = document.querySelector("main");
const show = {
  react: () => createRoot(target).render(createElement(Setup, { client })),
  vue: () => createApp(Vue, { client }).mount(target),
  svelte: () => mount(Svelte, { target, props: { client } }),
};
show[searchParams.get("show")]();
