// The bar of the command line.

const { Progress } = await import(new URL("./cli/progress.js", import.meta.resolve("edge-mfa/server")));

/** Told how many more are done, and at the end nothing. */
export function progressOf(title, total) {
  let bar;
  let seen = 0;
  return (more, all = total) => {
    bar ??= new Progress(process.stderr, title, all);
    seen += more;
    bar.show(seen);
    if (seen >= all) bar.end();
  };
}
