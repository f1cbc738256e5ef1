// JSON Schema, as far as the bodies of requests need it: the same objects check a body and describe it in OpenAPI.

/** A JSON Schema (2020-12, the dialect of OpenAPI 3.1). */
export interface Schema {
  type?: "string" | "integer" | "boolean" | "array" | "object";
  description?: string;
  enum?: readonly string[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: false;
  $ref?: string;
  const?: boolean;
}

/** Whether a value is as the schema says. */
export function fits(value: unknown, schema: Schema): boolean {
  switch (schema.type) {
    case "string":
      return typeof value === "string" && isBetween([...value].length, schema.minLength, schema.maxLength);
    case "integer":
      return Number.isSafeInteger(value) && isBetween(Number(value), schema.minimum, schema.maximum);
    case "array":
      return Array.isArray(value) && isList(value, schema);
    case "object":
      return isPlain(value) && isObject(value, schema);
    default:
      return typeof value === schema.type;
  }
}

/** An object with these properties, and no others. */
export function object(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

function isList(value: readonly unknown[], { items, minItems, maxItems }: Schema): boolean {
  return (
    isBetween(value.length, minItems, maxItems) && (items === undefined || value.every((item) => fits(item, items)))
  );
}

function isObject(value: Record<string, unknown>, schema: Schema): boolean {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const isKnown = ([name, part]: [string, unknown]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) return additionalProperties;
    return (schema.enum?.includes(String(part)) ?? true) && fits(part, schema);
  };
  return required.every((name) => Object.hasOwn(value, name)) && Object.entries(value).every(isKnown);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBetween(value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
  return value >= least && value <= most;
}
