/** Values as they are written in Python; no page in here. */

/** Return an index value, a text or a list of them as a Python literal. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (Array.isArray(value)) {
    // Index values with several levels are tuples.
    return `(${value.map(literal).join(', ')}${value.length === 1 ? ',' : ''})`;
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  // The escapes of JSON are those of Python, too.
  return typeof value === 'number' ? String(value) : JSON.stringify(String(value));
}

/** Return the Python that picks rows out of the user's own table. */
export function pick(indices: unknown[]): string {
  return `df.loc[[${indices.map(literal).join(', ')}]]`;
}
