// Checks events by the schemas of AG-UI: node schemas.js FILE, with one event as JSON on each line. A member that the schema of its type doesn't name is a fault, too.
// Prints "bad FAULT LINE" for each that is wrong, then "checked COUNT".
import { readFileSync } from 'node:fs';
import * as schemas from '@ag-ui/core/schemas';

const takes = (shape, type) => shape.type.safeParse(type).success;
// The schema that all others extend takes every type.
const shapes = Object.entries(schemas).filter(([name, schema]) => name.endsWith('EventSchema') && schema.shape?.type && !(takes(schema.shape, 'RUN_STARTED') && takes(schema.shape, 'RUN_ERROR'))).map(([, schema]) => schema.shape);
const shapeOf = (type) => shapes.find((shape) => takes(shape, type));

const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line);
for (const line of lines) {
  const event = JSON.parse(line);
  const checked = schemas.EventSchemas.safeParse(event);
  const shape = shapeOf(event.type);
  const unknown = shape ? Object.keys(event).filter((name) => !(name in shape)) : ['type'];
  if (!checked.success) console.log('bad', JSON.stringify(checked.error.issues).slice(0, 200), line.slice(0, 500));
  else if (unknown.length > 0) console.log('bad', `unknown ${unknown}`, line.slice(0, 500));
}
console.log('checked', lines.length);
process.exit(0);
