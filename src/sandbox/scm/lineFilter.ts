import { StringDecoder } from 'node:string_decoder';

/**
 * The `filter` of a log stream: passes lines that contain the text, ignoring case. As in Kudu, each chunk is
 * split into lines on its own, so a line that is written in two chunks is checked in two parts.
 * @returns a function from the bytes read from a file to those that pass
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
