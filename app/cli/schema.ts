// initlab schema: the JSON Schema of the spec.
import { experimentJsonSchema } from "../../core-as/spec/schema";
import { toJson } from "./json";

export function schemaCommand(): void {
  process.stdout.write(`${toJson(experimentJsonSchema())}\n`);
}
