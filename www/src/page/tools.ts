// The page's own tools: elements, steps, actions.

export type Step = "start" | "setup" | "bank";

/** Shows one step, and leads the focus there. */
export function show(step: Step, { focus = true } = {}) {
  for (const section of document.querySelectorAll<HTMLElement>("[data-step]"))
    section.hidden = section.dataset.step !== step;
  let past = true;
  for (const item of find("progress").children as HTMLCollectionOf<HTMLElement>) {
    const current = item.dataset.of === step;
    if (current) past = false;
    item.classList.toggle("done", past);
    if (current) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  find("reset").hidden = step === "start";
  // The wizard has a title of its own, and leads the focus there.
  const title = document.getElementById(`${step}-title`);
  document.title = step === "start" || !title ? TITLE : `${title.textContent} · ${TITLE}`;
  if (focus) title?.focus();
}

/** Runs one action; what goes wrong with it is shown at the top. */
export async function attempt(action: () => Promise<void>) {
  const [main, problem] = [find("main"), find("problem")];
  main.ariaBusy = "true";
  problem.hidden = true;
  try {
    await action();
  } catch (error) {
    problem.textContent =
      error instanceof TypeError ? "The Worker cannot be reached." : String((error as Error).message);
    problem.hidden = false;
  }
  main.ariaBusy = null;
}

/** Runs the action of a form, one at a time. */
export async function submit(event: Event, action: () => Promise<void>) {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  await attempt(action);
  form.ariaBusy = null;
}

export function pair(term: string, text: string): HTMLElement[] {
  return [make("dt", {}, term), make("dd", {}, text)];
}

export function make(name: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function find<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (!element) throw new Error(`#${id} is missing`);
  return element as Type;
}

const TITLE = document.title;
