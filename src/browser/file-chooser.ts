// A button that takes a picture from a dialog, dropped anywhere on the page, or pasted, and previews it.
import type { TryResult } from '../app/try/try-data.ts';
import { visibleText } from '../document/visible-text.ts';
import { bitmapOf } from './decode.ts';
import { make } from './dom.ts';

/** Longest side of a preview, in pixels. */
const PREVIEW = 200;
const INVITATION = 'Choose a picture';

/** The button on the page. */
export interface FileChooser {
  readonly element: HTMLElement;
  /** Removes the file and its preview. */
  clear(): void;
  /** Marks the file as outdated. Its preview stays, so that the layout does not move. */
  retire(): void;
  /** Outlines the object in the preview. */
  mark(result: TryResult): void;
}

/**
 * Creates the button.
 *
 * @param chosen called with each file
 */
export function fileChooser(chosen: (file: File) => void): FileChooser {
  const input = make('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp,image/gif', hidden: true });
  const name = make('b', {}, INVITATION);
  const hint = make('span', {}, 'or drop one on the page, or paste one');
  const button = make('button', { type: 'button', className: 'try-drop' }, name, hint);
  const preview = filePreview(button);
  let current: File | null = null;

  const retire = (): void => {
    current = null;
    name.textContent = INVITATION;
    preview.retire();
  };
  const clear = (): void => {
    preview.remove();
    retire();
  };
  takeFiles(button, input, (file) => {
    clear();
    current = file;
    name.textContent = visibleText(file.name);
    chosen(file);
    void preview.show(file, () => current === file);
  });
  return {
    element: make('div', {}, button, input),
    clear,
    retire,
    mark(result) {
      if (current) preview.outline(result);
    },
  };
}

/** Draws a file small at the start of the button, and outlines the object once the answer is known. */
function filePreview(button: HTMLElement) {
  let canvas: HTMLCanvasElement | null = null;
  let scale = 1;
  /** The answer for the current file; may arrive before its preview. */
  let found: TryResult | null = null;

  const outline = (): void => {
    const context = canvas?.getContext('2d');
    if (!context || !found || found.isBlank || found.isUnchanged) return;
    const { left, top, width, height } = found.crop;
    context.strokeStyle = '#e0662e';
    context.lineWidth = 2;
    context.strokeRect(scale * left, scale * top, scale * width, scale * height);
  };
  return {
    async show(file: File, isCurrent: () => boolean): Promise<void> {
      // The classifier reports files that are not pictures.
      const bitmap = await bitmapOf(file).catch(() => null);
      if (!bitmap || !isCurrent()) return;
      scale = Math.min(1, PREVIEW / Math.max(bitmap.width, bitmap.height));
      canvas = make('canvas', {
        width: Math.max(1, Math.round(scale * bitmap.width)),
        height: Math.max(1, Math.round(scale * bitmap.height)),
      });
      canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      button.prepend(canvas);
      outline();
    },
    outline(result: TryResult): void {
      found = result;
      outline();
    },
    retire(): void {
      found = null;
      canvas?.classList.add('old');
    },
    remove(): void {
      canvas?.remove();
      canvas = null;
    },
  };
}

/** Calls `take` with the first file that is chosen, dropped or pasted. */
function takeFiles(button: HTMLElement, input: HTMLInputElement, take: (file: File) => void): void {
  const takeFirst = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file) take(file);
  };
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    takeFirst(input.files);
    // Lets the user choose the same file again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => takeFirst(event.clipboardData?.files));
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    button.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) button.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    button.classList.remove('over');
    takeFirst(event.dataTransfer.files);
  });
}
