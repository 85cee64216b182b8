/** The structural part of a JSON Schema: types, required fields, and values that callers rely on. */
export interface Shape {
  readonly type?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/** Where a value first differs from a shape, or undefined if it matches. Unknown fields are ignored. */
export function mismatch(shape: Shape, value: unknown, path = '$'): string | undefined {
  if (shape.type !== undefined && !shape.type.some((type) => hasType(type, value))) {
    return `${path} is not of type ${shape.type.join(' or ')}`;
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    return `${path} is none of ${shape.enum.join(', ')}`;
  }
  if (Array.isArray(value)) {
    return mismatchOfItems(shape, value, path);
  }
  if (typeof value === 'object' && value !== null) {
    return mismatchOfFields(shape, value as Record<string, unknown>, path);
  }
  return undefined;
}

function mismatchOfItems(shape: Shape, items: unknown[], path: string): string | undefined {
  if (shape.items === undefined) {
    return undefined;
  }
  for (const [index, item] of items.entries()) {
    const problem = mismatch(shape.items, item, `${path}[${index}]`);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function mismatchOfFields(shape: Shape, fields: Record<string, unknown>, path: string): string | undefined {
  const missing = shape.required?.find((name) => fields[name] === undefined);
  if (missing !== undefined) {
    return `${path}.${missing} is missing`;
  }
  for (const [name, property] of Object.entries(shape.properties ?? {})) {
    const value = fields[name];
    // Of a field that may be absent, null means the same as absent.
    if (value === undefined || (value === null && !shape.required?.includes(name))) {
      continue;
    }
    const problem = mismatch(property, value, `${path}.${name}`);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'number':
      // JSON.parse reads 1e999 as Infinity.
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
