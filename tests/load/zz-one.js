import { prepare } from "./accounts.js";
import { places } from "./places.js";
import { shoot } from "./shoot.js";
const [place, path, amount] = process.argv.slice(2);
const { url, stop } = await places[place]();
const { requests } = await prepare(url, 10);
for (const p of path.split(",")) { await shoot(url + p, 3000, requests[p]); }
for (const p of path.split(",")) { const r = await shoot(url + p, Number(amount), requests[p]); console.log(p, Math.round(r.rate), r.wrong); }
await stop();
