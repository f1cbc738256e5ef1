// Decisions per second against the number of accounts, both on a scale of powers of ten: a flat line is a cost that does
// not grow. One colour for each store, written beside its line, and readable on a light and on a dark page.

const WIDTH = 760;
const HEIGHT = 340;
const AREA = { left: 64, right: 540, top: 20, bottom: 290 };
const COLOURS = ["#0f8a7e", "#c2571a", "#5b6ee1", "#b0418f", "#7a8a1f", "#c0392b"];

export function picture(results) {
  const names = [...new Set(results.map(({ title }) => title))];
  const [least, most] = decades(results.map(({ rate }) => rate));
  const [fewest, many] = decades(results.map(({ accounts }) => accounts));
  const x = (accounts) => scale(Math.log10(accounts), fewest, many, AREA.left + 12, AREA.right - 12);
  const y = (rate) => scale(Math.log10(rate), least, most, AREA.bottom, AREA.top);

  const grid = powers(least, most).map(
    (rate) =>
      `<path class="grid" d="M${AREA.left} ${round(y(rate))}H${AREA.right}"/>` +
      text(AREA.left - 8, y(rate) + 4, short(rate), "end"),
  );
  const bottom = powers(fewest, many).map((count) => text(x(count), AREA.bottom + 20, short(count), "middle"));
  const labels = spread(names.map((name) => y(results.findLast(({ title }) => title === name).rate)));
  const lines = names.map((name, at) => {
    const points = results.filter(({ title }) => title === name);
    const colour = COLOURS[at % COLOURS.length];
    const path = points.map(({ accounts, rate }) => `${round(x(accounts))} ${round(y(rate))}`).join("L");
    const dots = points.map(
      ({ accounts, rate }) => `<circle cx="${round(x(accounts))}" cy="${round(y(rate))}" r="4"/>`,
    );
    const last = points.at(-1);
    const label = `<text x="${AREA.right + 14}" y="${round(labels[at] + 4)}" style="fill:${colour}">${escaped(name)}</text>`;
    const lead = `<path class="lead" d="M${round(x(last.accounts) + 6)} ${round(y(last.rate))}L${AREA.right + 10} ${round(labels[at])}"/>`;
    return `<g style="stroke:${colour};fill:${colour}"><path class="line" d="M${path}"/>${lead}${dots.join("")}</g>${label}`;
  });
  const axes = [
    text((AREA.left + AREA.right) / 2, AREA.bottom + 42, "accounts", "middle"),
    `<text transform="translate(14 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">decisions per second</text>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>Decisions per second against the number of accounts, by store</title>
<style>text{font:13px system-ui,sans-serif;fill:#59636e}.grid{stroke:#8b949e;stroke-opacity:.35}.line{fill:none;stroke-width:2.5}.lead{fill:none;stroke-opacity:.35}circle{stroke:none}@media(prefers-color-scheme:dark){text{fill:#9198a1}}</style>
${[...grid, ...bottom, ...axes, ...lines].join("\n")}
</svg>
`;
}

/** The powers of ten around all values. */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function powers(from, to) {
  return Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));
}

function scale(value, from, to, start, end) {
  return start + ((value - from) / (to - from)) * (end - start);
}

/** Moves labels apart that would lie on each other. */
function spread(places) {
  const order = places.map((_, at) => at).sort((a, b) => places[a] - places[b]);
  const moved = [...places];
  for (let at = 1; at < order.length; at++) moved[order[at]] = Math.max(moved[order[at]], moved[order[at - 1]] + 18);
  return moved;
}

function text(x, y, words, anchor) {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${words}</text>`;
}

function short(number) {
  return number.toLocaleString("en");
}

function escaped(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function round(number) {
  return Math.round(number * 10) / 10;
}
