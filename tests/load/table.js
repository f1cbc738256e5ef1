// The numbers as a table in Markdown.

import { KINDS, median, ratio } from "./measure.js";

export function table(name, result) {
  const lines = Object.entries(KINDS).map(([path, title]) => {
    const bursts = result.bursts[path];
    const rate = Math.round(median(bursts.map((burst) => burst.rate))).toLocaleString("en");
    const at = (share) =>
      `${median(bursts.map(({ times }) => times[Math.floor(share * (times.length - 1))])).toFixed(1)} ms`;
    return `| ${title} | ${rate} | ${Math.round(100 * ratio(result, path))} % | ${at(0.5)} | ${at(0.99)} |`;
  });
  const mebibytes = (bytes) => (Number.isFinite(bytes) ? `${Math.round(bytes / 2 ** 20)} MiB` : "?");
  const [before, after] = result.memory.map(mebibytes);
  const grown = Object.entries(KINDS).map(
    ([path, title]) => `${mebibytes(result.grown[path])} under ${title.split(" ")[0]}`,
  );
  return [
    `| ${name} | requests/s | of (a) | p50 | p99 |`,
    "| --- | --- | --- | --- | --- |",
    ...lines,
    "",
    `${result.codes.toLocaleString("en")} codes accepted; memory ${before} after the warm-up, ${after} at the end: ${grown.join(", ")}`,
  ].join("\n");
}
