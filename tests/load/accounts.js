// Who asks: one with a session in each mode, and many with authenticators, whose codes are used once each.

import { totp } from "edge-mfa";

const STEP = 30_000;

/** @returns what each kind of request comes with, and how many codes the server has stored */
export async function prepare(url, count) {
  const admin = async (name, given) => {
    const body = JSON.stringify(given);
    const answer = await fetch(`${url}/admin/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const enrol = async (path, subject, time) => {
    const { secret } = await admin("enrol", { path, subject, time });
    const { session } = await admin("confirm", { path, subject, code: totp.generate({ secret, time }) });
    return { secret, headers: { Authorization: `Bearer t-${subject}`, "X-Session-Token": session } };
  };
  const offline = await enrol("/offline", "offline", Date.now());
  const immediate = await enrol("/immediate", "immediate", Date.now());

  const start = Math.floor(Date.now() / STEP) * STEP;
  const people = [];
  for (let index = 0; index < count; index++) {
    const subject = `user-${index}`;
    people.push({ subject, secret: (await enrol("/code", subject, start)).secret });
  }
  let asked = 0;
  /** Everybody in turn; then all of them again, a time step later. */
  const next = () => {
    const { subject, secret } = people[asked % count];
    const time = start + STEP * (1 + Math.floor(asked++ / count));
    return {
      Authorization: `Bearer t-${subject}`,
      "X-MFA-Token": totp.generate({ secret, time }),
      "X-Time": `${time}`,
    };
  };
  const accepted = async () => {
    let sum = 0;
    for (const { subject } of people) sum += (await admin("accepted", { subject })).count;
    return sum;
  };
  return {
    accepted,
    requests: {
      "/bare": { headers: { Authorization: "Bearer t-bare" } },
      "/offline": { headers: offline.headers },
      "/immediate": { headers: immediate.headers },
      "/code": { next },
    },
  };
}
