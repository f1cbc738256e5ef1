// What a screen reader is told, by the means of each browser: one line for each of what is read or used, in order.

/** Of the accessibility tree: role, how it is live, and name of what is read or used, in order. */
export async function toldOf(cdp) {
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const inOrder = (node) => [node, ...node.childIds.flatMap((id) => inOrder(byId.get(id)))];
  return inOrder(nodes[0])
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties }) => {
      const live = properties?.find(({ name }) => name === "live")?.value.value;
      return toldAs(NAMES[role?.value] ?? role?.value, live, name?.value);
    })
    .filter(Boolean);
}

/** The same by the computed roles and names of WebDriver. How a role is live is said by WAI-ARIA, unless the page does. */
export async function computed(page, command) {
  for (const handle of await command("WebDriver:GetWindowHandles")) {
    await command("WebDriver:SwitchToWindow", { handle });
    if ((await command("WebDriver:GetCurrentURL")).value === page.url()) break;
  }
  const list = await page.evaluateHandle(seenElements);
  const told = [];
  for (const element of (await list.getProperties()).values()) {
    const { sharedId: id, value } = element.remoteValue();
    const { value: role } = await command("WebDriver:GetComputedRole", { id });
    const { value: name } = await command("WebDriver:GetComputedLabel", { id });
    const live = value.attributes["aria-live"] ?? { alert: "assertive", status: "polite" }[role];
    // ARIA has no role for it.
    const isSummary = role === "" && value.localName === "summary";
    told.push(toldAs(isSummary ? "summary" : (NAMES[role] ?? role), live, name));
  }
  return told.filter(Boolean);
}

const NAMES = { img: "image", DisclosureTriangle: "summary" };
const LIVE = ["alert", "status", "timer"];
const NAMED = [
  "region",
  "dialog",
  "heading",
  "image",
  "button",
  "link",
  "textbox",
  "checkbox",
  "summary",
  "group",
  "list",
];

function toldAs(role, live, name) {
  if (!LIVE.includes(role) && !NAMED.includes(role)) return undefined;
  return [role, ...(live && live !== "off" ? [live] : []), ...(NAMED.includes(role) && name ? [name] : [])].join(" ");
}

/** All elements in order, those in shadow trees where their hosts are; without what is not to be seen or not to be told. */
function seenElements() {
  const inOrder = (root) =>
    [...root.children].flatMap((element) => {
      if (!element.checkVisibility() || element.ariaHidden === "true") return [];
      return [element, ...(element.shadowRoot ? inOrder(element.shadowRoot) : []), ...inOrder(element)];
    });
  return inOrder(document.body);
}
