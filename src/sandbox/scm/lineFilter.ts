import { StringDecoder } from 'node:string_decoder';

/**
 * The `filter` of a log stream: lines that hold the text, without regard to case. As in Kudu each piece that was read is
 * cut into lines by itself, so a line that is written in two pieces is looked at twice.
 * @returns a function from the bytes read of a file to those that pass
 */
export function lineFilter(text: string): (bytes: Buffer, file: string) => Buffer {
  const wanted = text.toLowerCase();
  const decoders = new Map<string, StringDecoder>();
  return (bytes, file) => {
    const decoder = decoders.get(file) ?? new StringDecoder('utf8');
    decoders.set(file, decoder);
    const lines = decoder.write(bytes).match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];
    return Buffer.from(lines.filter((line) => line.toLowerCase().includes(wanted)).join(''));
  };
}
