/** Sums of class densities over rows, four rows at a time in float32: the inner loops of a Gaussian probe's search. */
import { type Code, type Locals, assemble, f32x4, i32, i32x4, repeat, v128 } from '../../activations/simd/assembly';

/** Rows that are summed at once. */
export const lanes = 4;

/**
 * What `judge` carries on from one call to the next, four numbers each at the beginning of the memory: the product of the
 * rows' sums without its exponents, these exponents (int32, each 127 too large), the smallest sum, and the sum of all sums.
 */
export const states = ['product', 'exponent', 'least', 'total'] as const;
/** Bytes of them. */
export const stateBytes = 16 * states.length;

/** Exponents of 2 are kept within this. */
const largestExponent = 125;

/** 2^f for f from −½ to ½ is 1 + f · (these, lowest first): off by 1.1e-7 of it at most; found by weighted least squares. */
const powers = [0.6931470036506653, 0.24022242426872253, 0.05550733581185341, 0.009671512991189957, 0.001326472614891827];

/** All places are bytes, multiples of 16 where rows begin. */
interface Routines {
  /** Takes `factor` (a place) times the scores off the deviations from `at` to `end`. */
  explain(at: number, end: number, scores: number, factor: number): void;
  /**
   * Sums 2^(base + density − density of the rows' own class) over the classes, for rows `row` to `end` of the first class's
   * deviations; those of the next class lie `stride` further, of the own class `ownAway`, the numbers of `base` `baseAway`.
   * A density is deviation² · half + log; `constants` lists half and log of every class, `ownConstants` is the own one's place.
   */
  judge(...places: [row: number, end: number, ownAway: number, baseAway: number, stride: number, ownConstants: number, constants: number, constantsEnd: number]): void; // prettier-ignore
}

/** The routines with a memory of so many bytes, all 0. */
export function posteriorProgram(bytes: number): { readonly memory: ArrayBuffer; readonly routines: Routines } {
  return program(bytes);
}

const program = assemble({
  explain: { parameters: ['at', 'end', 'scores', 'factor'], gives: false, integers: [], vectors: ['weight'], body: explain },
  judge: {
    parameters: ['row', 'end', 'ownAway', 'baseAway', 'stride', 'ownConstants', 'constants', 'constantsEnd'],
    gives: false,
    integers: ['at', 'constant'],
    vectors: ['ownHalf', 'ownLog', 'own', 'sum', 'value', 'whole', ...states],
    body: judge,
  },
});

function explain({ get, set, tee }: Locals): Code {
  const next = f32x4.sub(v128.load(get('at')), f32x4.mul(get('weight'), v128.load(get('scores'))));
  return [
    ...set('weight', v128.loadSplat(get('factor'))),
    ...repeat(
      [...v128.store(get('at'), next), ...set('scores', i32.add(get('scores'), i32.const(16)))],
      i32.isBelow(tee('at', i32.add(get('at'), i32.const(16))), get('end')),
    ),
  ];
}

function judge(local: Locals): Code {
  const { get, set, tee } = local;
  const oneClass = [
    ...set('value', v128.load(get('at'))),
    ...set('value', f32x4.sub(density(local, v128.loadSplat(get('constant')), v128.loadSplat(get('constant'), 4)), get('own'))),
    ...set('value', bounded(f32x4.add(get('value'), v128.load(i32.add(get('at'), get('baseAway')))))),
    ...addPower(local),
    ...set('at', i32.add(get('at'), get('stride'))),
  ];
  const fourRows = [
    ...set('value', v128.load(i32.add(get('row'), get('ownAway')))),
    ...set('own', density(local, get('ownHalf'), get('ownLog'))),
    ...set('sum', f32x4.splat(0)),
    ...set('at', get('row')),
    ...set('constant', get('constants')),
    ...repeat(oneClass, i32.isBelow(tee('constant', i32.add(get('constant'), i32.const(8))), get('constantsEnd'))),
    ...set('least', f32x4.min(get('least'), get('sum'))),
    ...set('total', f32x4.add(get('total'), get('sum'))),
    // The exponent is taken out of the product at once, so that it never overflows.
    ...set('product', f32x4.mul(get('product'), get('sum'))),
    ...set('exponent', i32x4.add(get('exponent'), i32x4.shiftRight(get('product'), 23))),
    ...set('product', v128.or(v128.and(get('product'), i32x4.splat(0x7fffff)), f32x4.splat(1))),
  ];
  return [
    ...set('ownHalf', v128.loadSplat(get('ownConstants'))),
    ...set('ownLog', v128.loadSplat(get('ownConstants'), 4)),
    ...states.flatMap((name, i) => set(name, v128.load(i32.const(0), 16 * i))),
    ...repeat(fourRows, i32.isBelow(tee('row', i32.add(get('row'), i32.const(16))), get('end'))),
    ...states.flatMap((name, i) => v128.store(i32.const(0), get(name), 16 * i)),
  ];
}

/** Of the deviation in `value`. */
function density({ get }: Locals, half: Code, log: Code): Code {
  return f32x4.add(f32x4.mul(f32x4.mul(get('value'), get('value')), half), log);
}

function bounded(exponent: Code): Code {
  return f32x4.max(f32x4.min(exponent, f32x4.splat(largestExponent)), f32x4.splat(-largestExponent));
}

/** Adds 2^value to `sum`: the nearest integer goes into the exponent, a polynomial serves the rest. */
function addPower({ get, set }: Locals): Code {
  // Added to a number of at most 22 bits this leaves its nearest integer in the lowest bits.
  const magic = f32x4.splat(1.5 * 2 ** 23);
  const [highest = [], ...lower] = powers.map((power) => f32x4.splat(power)).reverse();
  const series = lower.reduce<Code>((sum, power) => f32x4.add(f32x4.mul(sum, get('value')), power), highest);
  const rest = f32x4.add(f32x4.mul(series, get('value')), f32x4.splat(1));
  return [
    ...set('whole', f32x4.add(get('value'), magic)),
    ...set('value', f32x4.sub(get('value'), f32x4.sub(get('whole'), magic))),
    ...set('sum', f32x4.add(get('sum'), i32x4.add(rest, i32x4.shiftLeft(get('whole'), 23)))),
  ];
}
