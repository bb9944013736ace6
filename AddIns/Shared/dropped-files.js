// @ts-check
/** Files that are dragged onto a page or pasted into it, folders with all that is in them. */

/** What systems put into folders and nobody means to send. */
export const leftovers = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/**
 * Takes what is dropped or pasted anywhere on the page, so that nobody has to aim.
 * @param {HTMLElement} place lights up while files are above the page
 * @param {(file: File, handle?: any) => unknown} add with a handle where the browser gives one
 * @param {() => boolean} [isOpen] whether files are taken at the moment
 */
export function watchFiles(place, add, isOpen = () => true) {
  let depth = 0;
  addEventListener('dragenter', (event) => {
    if (!isOpen() || !hasFiles(event)) return;
    depth += 1;
    place.classList.add('drop-over');
  });
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) place.classList.remove('drop-over');
  });
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    depth = 0;
    place.classList.remove('drop-over');
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    void take(event.dataTransfer, add);
  });
  // Files from the clipboard, such as a picture of the screen.
  addEventListener('paste', (event) => {
    for (const file of event.clipboardData?.files ?? []) add(file);
  });
}

/** @param {DataTransfer} transfer @param {(file: File, handle?: any) => unknown} add */
async function take(transfer, add) {
  // All are asked for before the first await: the transfer is empty afterwards.
  const items = [...transfer.items].filter((one) => one.kind === 'file').map((one) => ({
    entry: one.webkitGetAsEntry?.() ?? null,
    file: one.getAsFile(),
    handle: /** @type {any} */ (one).getAsFileSystemHandle?.() ?? null,
  }));
  for (const { entry, file, handle } of items) {
    if (entry?.isDirectory) {
      for await (const found of filesIn(entry)) add(found);
    } else if (file) {
      add(file, await Promise.resolve(handle).catch(() => null));
    }
  }
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** All files below a dropped folder. @param {any} directory @returns {AsyncGenerator<File>} */
async function* filesIn(directory) {
  const reader = directory.createReader();
  for (;;) {
    // Browsers give at most a hundred at a time.
    const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (entry.isDirectory) yield* filesIn(entry);
      else yield await new Promise((done, failed) => entry.file(done, failed));
    }
  }
}
