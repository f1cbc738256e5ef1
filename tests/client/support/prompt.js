// A dialog that a test answers.

/** Every call of `prompt` is in `calls`, and waits there for its `answer` or `fail`. */
export function dialog() {
  const calls = [];
  const opened = [];
  const prompt = (request) =>
    new Promise((answer, fail) => {
      calls.push({ ...request, answer, fail });
      opened.splice(0).forEach((tell) => {
        tell();
      });
    });
  return {
    prompt,
    calls,
    /** The call of this number, from 1 on, when it has come. */
    async call(number) {
      while (calls.length < number) await new Promise((resolve) => opened.push(resolve));
      return calls[number - 1];
    },
  };
}

/** Until the server was asked so many times. */
export async function asked(api, count) {
  while (api.requests.length < count) await new Promise(setImmediate);
}

/** Lets everything happen that waits for nothing from outside. */
export async function settled() {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

export function later() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
