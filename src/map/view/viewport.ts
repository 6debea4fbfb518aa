import type { Point } from '../layout';
import { headingHeight } from '../layout';

interface Size {
  readonly width: number;
  readonly height: number;
}

const [smallest, largest] = [0.1, 3];
/** The smallest scale at which names are readable. */
const readable = 0.75;
/** The smallest scale for which the drawing is shown in full width at first. */
const legible = 0.5;
const edge = 24;

/** Moves and scales the drawing by dragging, with the wheel (which zooms with Ctrl) and with buttons. */
export class Viewport {
  private x = 0;
  private y = 0;
  private scale = 1;
  private content: Size = { width: 0, height: 0 };
  /** Whether the user has moved or zoomed the drawing. */
  private chosen = false;
  private dragged = false;

  constructor(
    private readonly frame: HTMLElement,
    private readonly layer: SVGElement,
    /** Stay at the top when the drawing moves up. */
    private readonly headings: SVGElement,
  ) {
    frame.addEventListener('wheel', this.onWheel, { passive: false });
    frame.addEventListener('pointerdown', this.onDown);
    new ResizeObserver(() => {
      if (!this.chosen) this.start();
    }).observe(frame);
  }

  /**
   * Called when the drawing has changed.
   * @param isOther whether it shows something else now, so that what its user has moved or zoomed to may be gone
   */
  resize(content: Size, isOther: boolean): void {
    this.content = content;
    if (isOther) this.chosen = false;
    if (!this.chosen) this.start();
  }

  /** Shows the whole drawing if it's readable at that size, or else its start, in full width if possible. */
  private start(): void {
    if (this.fitting() >= readable) {
      this.fit();
      return;
    }
    this.center(Math.min(Math.max(this.size().width / this.content.width, legible), 1));
  }

  /** Whether the press that just ended has moved the drawing, so that it isn't a click. */
  get wasDragged(): boolean {
    return this.dragged;
  }

  fit(): void {
    this.chosen = false;
    this.center(this.fitting());
  }

  /** Shows the middle of the drawing, or its start where it's too large. */
  private center(scale: number): void {
    const { width, height } = this.size();
    const start = (room: number, length: number) => Math.max((room - length * scale) / 2, 0);
    this.place({ x: start(width, this.content.width), y: start(height, this.content.height) }, scale);
  }

  /** Zooms around a point, by default the center. */
  zoom(factor: number, about?: Point): void {
    this.chosen = true;
    const { width, height } = this.size();
    const { x, y } = about ?? { x: width / 2, y: height / 2 };
    const scale = Math.min(Math.max(this.scale * factor, smallest), largest);
    const ratio = scale / this.scale;
    this.place({ x: x - (x - this.x) * ratio, y: y - (y - this.y) * ratio }, scale);
  }

  /** Moves just far enough to make a box visible. */
  bringIntoSight({ x, y, width, height }: Point & Size): void {
    const size = this.size();
    // The margin of the drawing is enough, so that one in full width stays.
    const near = Math.min(edge, edge * this.scale);
    const shift = (at: number, from: number, length: number, room: number, covered: number) => {
      const [begin, end] = [at + from * this.scale, at + (from + length) * this.scale];
      if (begin < near + covered) return near + covered - begin;
      return end > room - near ? room - near - end : 0;
    };
    const headings = headingHeight * this.scale;
    const by = {
      x: shift(this.x, x, width, size.width, 0),
      y: shift(this.y, y, height, size.height, headings),
    };
    if (by.x !== 0 || by.y !== 0) this.place({ x: this.x + by.x, y: this.y + by.y }, this.scale);
  }

  private readonly onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const { left, top } = this.frame.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey)
      this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
    else this.move({ x: this.x - event.deltaX, y: this.y - event.deltaY });
  };

  private readonly onDown = (down: PointerEvent) => {
    this.dragged = false;
    if (down.button !== 0 || (down.target as Element).closest('.node')) return;
    const from = { x: this.x - down.clientX, y: this.y - down.clientY };
    const move = (event: PointerEvent) => {
      // A hand that clicks trembles.
      this.dragged ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > 4;
      if (!this.dragged) return;
      this.move({ x: from.x + event.clientX, y: from.y + event.clientY });
    };
    const up = () => {
      this.frame.removeEventListener('pointermove', move);
      this.frame.classList.remove('moving');
    };
    this.frame.setPointerCapture(down.pointerId);
    this.frame.classList.add('moving');
    this.frame.addEventListener('pointermove', move);
    this.frame.addEventListener('lostpointercapture', up, { once: true });
  };

  private move(to: Point): void {
    this.chosen = true;
    this.place(to, this.scale);
  }

  private place(at: Point, scale: number): void {
    this.x = at.x;
    this.y = at.y;
    this.scale = scale;
    this.apply();
  }

  private apply(): void {
    const { x, y, scale } = this;
    this.layer.style.transform = `matrix(${scale}, 0, 0, ${scale}, ${x}, ${y})`;
    this.headings.style.transform = `matrix(${scale}, 0, 0, ${scale}, ${x}, ${Math.max(y, 0)})`;
  }

  private fitting(): number {
    const { width, height } = this.size();
    const { width: w, height: h } = this.content;
    return w === 0 ? 1 : Math.max(Math.min(width / w, height / h, 1.2), smallest);
  }

  private size(): Size {
    return this.frame.getBoundingClientRect();
  }
}
