// A canvas for drawing with a mouse, a finger, a pen or the arrow keys, light on black like the training images.
import { make } from './dom.ts';

/** Width and height in pixels. */
const SIDE = 280;
/** Widths of the pen, in pixels. */
const WIDTHS = { thin: 8, medium: 18, wide: 36 };
/** Pixels that an arrow key moves the pen. */
const STEP = 8;

/** The canvas on the page. */
export interface Drawing {
  readonly element: HTMLElement;
  /** Returns the drawing as a PNG. */
  picture(): Promise<Blob>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Creates a canvas.
 *
 * @param changed called during and after every stroke
 * @param cleared called when the canvas is cleared
 */
export function drawingSheet(changed: () => void, cleared: () => void): Drawing {
  const canvas = makeCanvas();
  const context = canvas.getContext('2d')!;
  const cursor = make('i');
  const pen = make('button', { type: 'button', ariaPressed: 'true' }, 'Pen');
  const eraser = make('button', { type: 'button', ariaPressed: 'false' }, 'Eraser');
  const clear = make('button', { type: 'button' }, 'Clear');
  const widths = make(
    'select',
    { ariaLabel: 'Width of the pen' },
    ...Object.keys(WIDTHS).map((name) => make('option', {}, name)),
  );
  widths.value = 'medium';

  const wipe = (): void => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, SIDE, SIDE);
  };
  const line = (from: Point, to: Point): void => {
    context.strokeStyle = eraser.ariaPressed === 'true' ? '#000' : '#fff';
    context.lineWidth = WIDTHS[widths.value as keyof typeof WIDTHS];
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    changed();
  };
  const choose = (tool: HTMLButtonElement): void => {
    for (const one of [pen, eraser]) one.ariaPressed = String(one === tool);
  };
  wipe();
  pen.addEventListener('click', () => choose(pen));
  eraser.addEventListener('click', () => choose(eraser));
  clear.addEventListener('click', () => {
    wipe();
    choose(pen);
    cleared();
  });
  drawByPointer(canvas, line);
  drawByKeys(canvas, cursor, line);

  const element = make(
    'div',
    {},
    make('span', { className: 'try-paper' }, canvas, cursor),
    make('div', { className: 'controls' }, pen, eraser, widths, clear),
  );
  return {
    element,
    picture: () =>
      new Promise((resolve, reject) =>
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the drawing cannot be encoded')))),
      ),
  };
}

function makeCanvas(): HTMLCanvasElement {
  return make('canvas', {
    width: SIDE,
    height: SIDE,
    tabIndex: 0,
    role: 'application',
    ariaLabel: 'Drawing area. Arrow keys move the pen, Space lowers and lifts it.',
  });
}

type Line = (from: Point, to: Point) => void;

function drawByPointer(canvas: HTMLCanvasElement, line: Line): void {
  let last: Point | null = null;
  const at = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return { x: ((clientX - left) * SIDE) / width, y: ((clientY - top) * SIDE) / width };
  };
  canvas.addEventListener('pointerdown', (event) => {
    // Only the first finger draws.
    if (event.button !== 0 || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    line(last, last);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last || !event.isPrimary) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length > 0 ? steps : [event]) {
      const next = at(step);
      line(last, next);
      last = next;
    }
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => {
      last = null;
    });
  }
}

/** The pen is down while the canvas has the class `down`. */
function drawByKeys(canvas: HTMLCanvasElement, cursor: HTMLElement, line: Line): void {
  let place: Point = { x: SIDE / 2, y: SIDE / 2 };
  const moves: Record<string, readonly [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    ' ': [0, 0],
  };
  const show = (): void => {
    cursor.style.left = `${(100 * place.x) / SIDE}%`;
    cursor.style.top = `${(100 * place.y) / SIDE}%`;
  };
  const within = (value: number): number => Math.min(SIDE, Math.max(0, value));
  canvas.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const isDown = event.key === ' ' ? canvas.classList.toggle('down') : canvas.classList.contains('down');
    const next = { x: within(place.x + STEP * move[0]), y: within(place.y + STEP * move[1]) };
    if (isDown) line(place, next);
    place = next;
    show();
  });
  canvas.addEventListener('blur', () => canvas.classList.remove('down'));
  show();
}
