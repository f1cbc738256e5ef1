// The numbers as a table in Markdown.

export function table(results) {
  const titles = [...new Set(results.map(({ title }) => title))];
  const columns = [...new Set(results.map(({ accounts }) => accounts))].sort((a, b) => a - b);
  const lines = titles.map((title) => {
    const cells = columns.map((accounts) =>
      cell(results.find((one) => one.title === title && one.accounts === accounts)),
    );
    return `| ${[title, ...cells].join(" | ")} |`;
  });
  const heads = columns.map((accounts) => `${accounts.toLocaleString("en")} accounts`);
  return [`| | ${heads.join(" | ")} |`, `| --- |${" --- |".repeat(columns.length)}`, ...lines].join("\n");
}

function cell(result) {
  if (!result) return "";
  const rate = Math.round(result.rate).toLocaleString("en");
  const cpu = result.cpu > 0 ? `; ${result.cpu.toFixed(2)} ms of a core` : "";
  return `**${rate}**/s, p50 ${milliseconds(result.p50)}, p99 ${milliseconds(result.p99)} ms${cpu}`;
}

function milliseconds(time) {
  return time.toFixed(time < 10 ? 1 : 0);
}
