import path from 'node:path';

const types: Record<string, string> = {
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.css': 'text/css',
  '.txt': 'text/plain',
  '.md': 'text/plain',
  '.xml': 'text/xml',
  '.config': 'text/xml',
  '.zip': 'application/x-zip-compressed',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * The media type for an extension; `application/octet-stream` for logs, scripts and everything else (Kudu
 * MediaTypeMap.cs).
 */
export function mediaTypeOf(file: string): string {
  return types[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}
