interface Block {
  /** ID of the block's first line. */
  readonly first: number;
  readonly bytes: Buffer;
  /** The end of each line, after its line feed. */
  readonly ends: Uint32Array;
  readonly marks: Uint32Array;
  /** ID of the line that each line links to, or 0. */
  readonly links: Uint32Array;
  count: number;
}

const lineFeed = 10;
const blockBytes = 256 * 1024;
const blockLines = 4096;

/**
 * Lines in order of arrival, each with a 32-bit mark that describes it and a link to another line. A busy log would fill
 * the extension host's heap with strings that are dropped just after they became old, which V8 collects late. So the
 * text is kept outside the heap, in blocks of bytes that are reused.
 */
export class LineStore {
  private blocks: Block[] = [];
  private spare: Block[] = [];
  private next = 1;
  private oldest = 1;

  /** ID of the oldest line. IDs count up from 1. */
  get first(): number {
    return this.oldest;
  }

  /** The ID that the next line will get. */
  get end(): number {
    return this.next;
  }

  /** @returns the line's ID */
  add(line: string, mark: number): number {
    const length = Buffer.byteLength(line) + 1;
    const block = this.blockFor(length);
    const start = startOf(block, block.count);
    block.bytes.write(line, start);
    block.bytes[start + length - 1] = lineFeed;
    block.ends[block.count] = start + length;
    block.marks[block.count] = mark;
    block.links[block.count] = 0;
    block.count++;
    return this.next++;
  }

  line(id: number): string {
    const block = this.blockOf(id);
    const at = id - block.first;
    return block.bytes.toString('utf8', startOf(block, at), (block.ends[at] ?? 0) - 1);
  }

  /** A range of lines, each with a line feed. @param to exclusive */
  text(from: number, to: number): string {
    let text = '';
    for (let id = from; id < to;) {
      const block = this.blockOf(id);
      const end = Math.min(to, block.first + block.count);
      const start = startOf(block, id - block.first);
      text += block.bytes.toString('utf8', start, startOf(block, end - block.first));
      id = end;
    }
    return text;
  }

  /** The length in UTF-8 bytes, including the line feed. */
  size(id: number): number {
    const block = this.blockOf(id);
    const at = id - block.first;
    return (block.ends[at] ?? 0) - startOf(block, at);
  }

  mark(id: number): number {
    const block = this.blockOf(id);
    return block.marks[id - block.first] ?? 0;
  }

  setMark(id: number, mark: number): void {
    const block = this.blockOf(id);
    block.marks[id - block.first] = mark;
  }

  /** ID of the line that this one links to, or 0. */
  linked(id: number): number {
    const block = this.blockOf(id);
    return block.links[id - block.first] ?? 0;
  }

  link(id: number, to: number): void {
    const block = this.blockOf(id);
    block.links[id - block.first] = to;
  }

  /** Drops the lines before `id`. */
  dropBefore(id: number): void {
    this.oldest = Math.min(id, this.next);
    const kept = this.blocks.findIndex(({ first, count }) => first + count > this.oldest);
    const gone = this.blocks.splice(0, kept < 0 ? this.blocks.length : kept);
    const usual = gone.filter(({ bytes }) => bytes.length === blockBytes);
    this.spare = [...this.spare, ...usual].slice(0, this.blocks.length + 1);
  }

  clear(): void {
    this.blocks = [];
    this.spare = [];
    this.oldest = this.next;
  }

  private blockFor(length: number): Block {
    const last = this.blocks.at(-1);
    if (last && last.count < blockLines && startOf(last, last.count) + length <= last.bytes.length)
      return last;
    const used = length <= blockBytes ? this.spare.pop() : undefined;
    const block: Block = {
      first: this.next,
      bytes: used?.bytes ?? Buffer.allocUnsafeSlow(Math.max(blockBytes, length)),
      ends: used?.ends ?? new Uint32Array(blockLines),
      marks: used?.marks ?? new Uint32Array(blockLines),
      links: used?.links ?? new Uint32Array(blockLines),
      count: 0,
    };
    this.blocks.push(block);
    return block;
  }

  private blockOf(id: number): Block {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.blocks[middle]?.first ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    const block = this.blocks[low];
    if (!block || id < this.oldest || id >= this.next) throw new RangeError(`Line ${id} doesn't exist.`);
    return block;
  }
}

function startOf(block: Block, at: number): number {
  return at === 0 ? 0 : (block.ends[at - 1] ?? 0);
}
