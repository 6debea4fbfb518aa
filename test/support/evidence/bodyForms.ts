import { formOf, isPlaceholder, redacted } from './form';
import type { Located, OpenApi, Schema } from './openApi';

/** A place in a body, such as `properties.tags{}` or `value[].id`, and the form of its value. */
export interface FormAt {
  path: string;
  form: string;
  /** The value stands for something else. */
  placeholder: boolean;
}

/**
 * The forms of all values in a body. In `{}`, the names of a map such as `tags` don't count as part of the path. The path
 * `tags{name}` holds the forms of the names themselves.
 */
export function* formsOf(openApi: OpenApi, body: unknown, schema?: Located): Iterable<FormAt> {
  yield* visit(body, '', '', schema);

  function* visit(value: unknown, path: string, name: string, at: Located | undefined): Iterable<FormAt> {
    const located = at && openApi.follow(at);
    if (Array.isArray(value) && value.length > 0) {
      for (const item of value) yield* visit(item, `${path}[]`, name, member(located, 'items'));
    } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [key, item] of Object.entries(value)) {
        const property = located && propertyOf(openApi, located, key);
        // No property is named like a resource ID, so this is a map that no document describes.
        if (property?.isMap || (!property && key.startsWith('/subscriptions/'))) {
          yield { path: `${path}{name}`, form: formOf(key), placeholder: isPlaceholder(key, '') };
          yield* visit(item, `${path}{}`, '', property?.schema);
        } else yield* visit(item, path === '' ? key : `${path}.${key}`, key, property?.schema);
      }
    } else {
      const isListed = located?.schema.enum?.includes(value) ?? false;
      if (value === redacted) yield { path, form: redacted, placeholder: false };
      else yield { path, form: isListed ? 'enum' : formOf(value), placeholder: isPlaceholder(value, name) };
    }
  }
}

function member(at: Located | undefined, name: 'items'): Located | undefined {
  const schema = at?.schema[name];
  return at && schema && { schema, file: at.file };
}

/** What the schema says about a property: its own schema, or that the object is a map from names to values. */
function propertyOf(
  openApi: OpenApi,
  at: Located,
  name: string,
): { schema?: Located | undefined; isMap: boolean } | undefined {
  const own = at.schema.properties?.[name];
  if (own) return { schema: { schema: own, file: at.file }, isMap: false };
  for (const part of at.schema.allOf ?? []) {
    const inherited = propertyOf(openApi, openApi.follow({ schema: part, file: at.file }), name);
    if (inherited) return inherited;
  }
  const more: boolean | Schema | undefined = at.schema.additionalProperties;
  if (more === undefined || more === false) return undefined;
  return { schema: more === true ? undefined : { schema: more, file: at.file }, isMap: true };
}
