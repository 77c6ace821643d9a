import { describe, expect, test } from 'vitest';
import { parseEdit } from '../../../server/src/protocol/edits';
import { findingsOf } from '../../helpers/findings';

const units = (from: number, to = from) => ({ stack: '', layer: 3, tap: 'ffn', units: { from, to } });

describe('an edit says what happens to which neurons', () => {
  test.each([
    ['L3.ffn.12=0', { operator: '=', amount: { kind: 'number', value: 0 }, neurons: [units(12)] }],
    ['L3.ffn.12=mean', { operator: '=', amount: { kind: 'mean' } }],
    ['L3.ffn.12=1.5', { operator: '=', amount: { kind: 'number', value: 1.5 } }],
    ['L3.ffn.12*=2', { operator: '*=', amount: { kind: 'number', value: 2 }, neurons: [units(12)] }],
    ['L3.ffn.12+=0.5', { operator: '+=', amount: { kind: 'number', value: 0.5 } }],
    ['L3.ffn.0-3+=file:v.npy', { operator: '+=', amount: { kind: 'file', path: 'v.npy' }, neurons: [units(0, 3)] }],
    ['L3.ffn.12<=3', { operator: '<=', amount: { kind: 'number', value: 3 } }],
    ['L3.ffn.12>=-1', { operator: '>=', amount: { kind: 'number', value: -1 } }],
    ['L3.ffn.*=0', { operator: '=', neurons: [{ stack: '', layer: 3, tap: 'ffn', units: '*' }] }],
    ['L3.ffn.**=-2e-1', { operator: '*=', amount: { value: -0.2 }, neurons: [{ units: '*' }] }],
    ['*.ffn.*=0', { operator: '=', neurons: [{ layer: undefined, units: '*' }] }],
    ['dec.L1.xattn.h2.5=0', { neurons: [{ stack: 'dec', layer: 1, tap: 'xattn', head: 2, units: { from: 5, to: 5 } }] }],
    ['L3.ffn.1,L3.ffn.2=0', { neurons: [units(1), units(2)] }],
    [
      'L3.ffn.1=text:"a @ b"@2',
      { amount: { kind: 'text', text: 'a @ b' }, positions: { kind: 'positions', ranges: [{ from: 2, to: 2 }] } },
    ],
  ])('%s', (text, expected) => {
    expect(parseEdit(text)).toMatchObject({ text, ...expected });
  });

  test.each([
    ['@3', { kind: 'positions', ranges: [{ from: 3, to: 3 }] }],
    ['@2,5', { kind: 'positions', ranges: [{ from: 2, to: 2 }, { from: 5, to: 5 }] }], // prettier-ignore
    ['@2-5', { kind: 'positions', ranges: [{ from: 2, to: 5 }] }],
    ['@last', { kind: 'last' }],
    ['@word:"the @ end"', { kind: 'word', word: 'the @ end' }],
  ])('at tokens: %s', (place, positions) => {
    expect(parseEdit(`L3.ffn.12=mean${place}`)).toMatchObject({ amount: { kind: 'mean' }, positions });
  });

  test.each([
    ['L3.ffn.12', 'EDIT_SYNTAX', 'no operator'],
    ['=0', 'EDIT_SYNTAX', 'no operator'],
    ['L3.ffn.12=', 'EDIT_SYNTAX', 'no value'],
    ['L3.ffn.12=NaN', 'EDIT_SYNTAX', 'the value "NaN"'],
    ['L3.ffn.12=1e39', 'EDIT_SYNTAX', 'the value 1e39'],
    ['L3.ffn.12*=mean', 'EDIT_SYNTAX', 'the value "mean"'],
    ['L3.ffn.12=0@5-2', 'EDIT_SYNTAX', 'the positions @5-2'],
    ['L3.ffn.12=0@-1', 'EDIT_SYNTAX', 'the positions @-1'],
    ['L3.fnn.12=0', 'NEURON_SYNTAX', '"L3.fnn.12" names no neuron'],
  ])('%s is refused', (text, code, found) => {
    expect(findingsOf(() => parseEdit(text))).toMatchObject([{ code, found }]);
  });
});
