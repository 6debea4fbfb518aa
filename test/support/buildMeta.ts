import fs from 'node:fs';
import path from 'node:path';

/** The part of esbuild's metafile that tests and benchmarks read. */
interface Meta {
  readonly outputs: Record<string, Output | undefined>;
}

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { path: string; kind: string; external?: boolean }[];
  readonly inputs: Readonly<Record<string, { bytesInOutput: number }>>;
}

/** What esbuild wrote into a folder, and what each file of it imports. */
export class BuildMeta {
  private readonly outputs: ReadonlyMap<string, Output>;

  /** @param dist the folder of a build */
  constructor(dist: string) {
    const meta = JSON.parse(fs.readFileSync(path.join(dist, 'meta.json'), 'utf8')) as Meta;
    const all = Object.entries(meta.outputs).flatMap(([file, output]) =>
      output ? [[file.slice(file.lastIndexOf('dist/') + 'dist/'.length), output] as const] : [],
    );
    this.outputs = new Map(all);
  }

  /** The file that a source file is the entry of. */
  fileOf(entryPoint: string): string {
    for (const [file, output] of this.outputs) if (output.entryPoint === entryPoint) return file;
    throw new Error(`No file of the build has the entry ${entryPoint}.`);
  }

  /** Files and everything that they import at once, without what `import()` loads later. */
  loadedWith(...files: string[]): ReadonlySet<string> {
    const loaded = new Set(files);
    for (const file of loaded)
      for (const { path: imported, kind, external } of this.of(file).imports)
        if (kind === 'import-statement' && !external)
          loaded.add(imported.slice(imported.lastIndexOf('dist/') + 'dist/'.length));
    return loaded;
  }

  /** What a file was made of: each source file and its bytes. */
  inputsOf(file: string): [file: string, bytes: number][] {
    return Object.entries(this.of(file).inputs).map(([source, { bytesInOutput }]) => [source, bytesInOutput]);
  }

  private of(file: string): Output {
    const output = this.outputs.get(file);
    if (!output) throw new Error(`The build has no file ${file}.`);
    return output;
  }
}
