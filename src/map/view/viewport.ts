import type { Point } from '../layout';

interface Size {
  readonly width: number;
  readonly height: number;
}

const [smallest, largest] = [0.1, 3];
/** The smallest scale at which names are readable. */
const readable = 0.5;
const edge = 24;

/** Moves and scales the drawing by dragging, with the wheel (which zooms with Ctrl) and with buttons. */
export class Viewport {
  private x = 0;
  private y = 0;
  private scale = 1;
  private content: Size = { width: 0, height: 0 };
  /** Whether the user has moved or zoomed the drawing. */
  private chosen = false;

  constructor(
    private readonly frame: SVGSVGElement,
    private readonly layer: SVGGElement,
  ) {
    frame.addEventListener('wheel', this.onWheel, { passive: false });
    frame.addEventListener('pointerdown', this.onDown);
  }

  /** Called when the drawing's size changes. Shows its start unless the user has moved or zoomed it. */
  resize(content: Size): void {
    this.content = content;
    if (!this.chosen) this.start();
  }

  /** Shows the whole drawing if it's readable at that size, or else its start. */
  private start(): void {
    if (this.fitting() >= readable) this.fit();
    else this.place({ x: edge, y: edge }, readable + 0.2);
  }

  fit(): void {
    this.chosen = false;
    const scale = this.fitting();
    const { width, height } = this.size();
    this.place(
      {
        x: (width - this.content.width * scale) / 2,
        y: Math.max((height - this.content.height * scale) / 2, 0),
      },
      scale,
    );
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
    const shift = (at: number, from: number, length: number, room: number) => {
      const [begin, end] = [at + from * this.scale, at + (from + length) * this.scale];
      if (begin < edge) return edge - begin;
      return end > room - edge ? room - edge - end : 0;
    };
    const by = { x: shift(this.x, x, width, size.width), y: shift(this.y, y, height, size.height) };
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
    if (down.button !== 0 || (down.target as Element).closest('.node')) return;
    const from = { x: this.x - down.clientX, y: this.y - down.clientY };
    const move = (event: PointerEvent) => {
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
    this.layer.setAttribute('transform', `translate(${this.x} ${this.y}) scale(${this.scale})`);
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
