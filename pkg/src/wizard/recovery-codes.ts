// Recovery codes on their way out of the page: copied, downloaded, printed.

/** As a file, or a page, holds them. */
export function listOf(codes: readonly string[], title: string): string {
  return [title, "", ...codes.map((code, index) => `${String(index + 1).padStart(2)}. ${code}`), ""].join("\n");
}

/** False where the browser does not let the page. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function download(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** In a frame of its own, so that nothing else of the page is on the paper. */
export function print(text: string): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "";
  document.body.append(frame);
  const page = frame.contentDocument as Document;
  const sheet = page.createElement("pre");
  sheet.textContent = text;
  page.body.append(sheet);
  const window = frame.contentWindow as Window;
  window.addEventListener("afterprint", () => frame.remove());
  window.print();
}
