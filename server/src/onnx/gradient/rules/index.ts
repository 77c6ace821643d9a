/** One rule an operator. What is not here has no derivative that we know, and a gradient through it is refused by name. */
import type { Rule } from '../rule';
import { arithmetic } from './arithmetic';
import { convolutions } from './convolutions';
import { functions } from './functions';
import { indexing } from './indexing';
import { products } from './products';
import { quantised } from './quantised';
import { reductions } from './reductions';
import { shaping } from './shaping';

export { rounding } from './quantised';

export const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...arithmetic, ...functions, ...reductions, ...products, ...convolutions, ...shaping, ...indexing, ...quantised }),
);
