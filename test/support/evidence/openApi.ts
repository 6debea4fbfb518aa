import fs from 'node:fs';
import path from 'node:path';

export interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: unknown[];
}

/** A schema and the document that its references are relative to. */
export interface Located {
  schema: Schema;
  file: string;
}

/** An operation with a body. */
export interface DocumentedOperation {
  method: string;
  /** The path with parameters in braces. */
  template: string;
  body: Located;
  /** Bodies of the document's examples. */
  examples: unknown[];
}

interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  schema?: Schema;
}

interface Operation {
  parameters?: Parameter[];
  'x-ms-examples'?: Record<string, { $ref: string }>;
}

type Paths = Record<string, Record<string, Operation>>;

interface Document {
  basePath?: string;
  paths?: Paths;
  'x-ms-paths'?: Paths;
}

/** Azure's OpenAPI documents in a folder. */
export class OpenApi {
  readonly #documents = new Map<string, unknown>();

  constructor(private readonly folder: string) {}

  *operations(): Iterable<DocumentedOperation> {
    for (const file of this.#files()) {
      const { basePath = '', paths, 'x-ms-paths': more } = this.#read(file) as Document;
      for (const [template, methods] of Object.entries({ ...paths, ...more }))
        for (const [method, operation] of Object.entries(methods)) {
          const body = this.#bodyOf(operation, file);
          if (body)
            yield {
              method: method.toUpperCase(),
              template: basePath + (template.split('?')[0] ?? ''),
              body: { schema: body.parameter.schema ?? {}, file: body.file },
              examples: this.#examplesOf(operation, body.parameter.name ?? '', file),
            };
        }
    }
  }

  /** The schema that a reference leads to. */
  follow({ schema, file }: Located): Located {
    if (schema.$ref === undefined) return { schema, file };
    const found = this.#resolve(schema.$ref, file);
    return this.follow({ schema: found.value as Schema, file: found.file });
  }

  /** A service's newest version comes first. The file system may list them in any order. */
  #files(): string[] {
    const withoutVersion = (file: string) => file.replace(/(^|[\\/])(stable|preview)[\\/][^\\/]+/, '');
    return fs
      .readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json') && !/(^|[\\/])examples[\\/]/.test(file))
      .sort((a, b) => withoutVersion(a).localeCompare(withoutVersion(b)) || b.localeCompare(a))
      .map((file) => path.join(this.folder, file));
  }

  #bodyOf(operation: Operation, file: string): { parameter: Parameter; file: string } | undefined {
    for (const parameter of Array.isArray(operation.parameters) ? operation.parameters : []) {
      const found = parameter.$ref === undefined ? undefined : this.#resolve(parameter.$ref, file);
      const resolved = found ? (found.value as Parameter) : parameter;
      if (resolved.in === 'body') return { parameter: resolved, file: found?.file ?? file };
    }
    return undefined;
  }

  #examplesOf(operation: Operation, bodyName: string, file: string): unknown[] {
    return Object.values(operation['x-ms-examples'] ?? {})
      .map(({ $ref }) => this.#resolve($ref, file).value as { parameters?: Record<string, unknown> })
      .map(({ parameters }) => parameters?.[bodyName])
      .filter((body) => body !== undefined);
  }

  #resolve(reference: string, from: string): { value: unknown; file: string } {
    const [relative = '', pointer = ''] = reference.split('#');
    const file = relative === '' ? from : path.resolve(path.dirname(from), relative);
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (node, name) => (node as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/')],
        this.#read(file),
      );
    if (value === undefined) throw new Error(`${from} refers to ${reference}, which doesn't exist.`);
    return { value, file };
  }

  #read(file: string): unknown {
    const known = this.#documents.get(file);
    if (known !== undefined) return known;
    const document: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    this.#documents.set(file, document);
    return document;
  }
}
