// One burst of requests, each answered before it ends, so that what was answered can be held against what was stored.

import autocannon from "autocannon";

/** At once. */
const CONNECTIONS = 8;

/**
 * @param {{ headers?: object, next?: () => object }} asked the headers of every request, or of the next one
 * @returns {Promise<{ rate: number, times: number[], good: number, wrong: string[] }>} `times` in milliseconds, sorted
 */
export async function shoot(url, amount, { headers, next }) {
  const times = [];
  const setupRequest = next && ((request) => ({ ...request, headers: { ...request.headers, ...next() } }));
  const begun = performance.now();
  const run = autocannon({
    url,
    connections: Math.min(CONNECTIONS, amount),
    amount,
    sampleInt: 100, // it looks so often whether all is answered
    headers,
    ...(setupRequest && { requests: [{ method: "GET", setupRequest }] }),
  });
  const statuses = new Map();
  let end = begun;
  run.on("response", (_client, status, _bytes, time) => {
    times.push(time);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    end = performance.now();
  });
  const { errors, timeouts } = await run;
  const good = statuses.get(200) ?? 0;
  const wrong = [...statuses].filter(([status]) => status !== 200).map(([status, count]) => `${count} times ${status}`);
  if (errors + timeouts > 0) wrong.push(`${errors} errors, ${timeouts} of them timeouts`);
  if (times.length !== amount) wrong.push(`${amount - times.length} of ${amount} not answered`);
  return { rate: (1000 * times.length) / (end - begun), times: times.sort((a, b) => a - b), good, wrong };
}
