import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { farLines, missing, nearLines, union } from '../../../extension/src/heat/lines';
import { PaintedLines } from '../../../extension/src/heat/paintedLines';
import { Painter } from '../../../extension/src/heat/painter';
import type { Canvas } from '../../../extension/src/heat/painter';
import { kindOf, paintKinds, spansByKind } from '../../../extension/src/heat/spans';
import type { PaintSpan } from '../../../extension/src/heat/spans';
import type { NeuronPaint, PaintNeuronParams } from '../../../server/src/protocol/messages';

const span = (line: number, step = 5, start = 0): PaintSpan => ({ line, start, end: start + 3, value: step / 3, step });
const kindAt = (pin: number, step: number) => paintKinds[kindOf(pin, step)];

describe('what paints a word', () => {
  test('is one of thirty kinds: eighteen fills, six underlines, six overlines', () => {
    const count = (channel: string) => paintKinds.filter((kind) => kind.channel === channel).length;
    expect([count('fill'), count('underline'), count('overline')]).toEqual([18, 6, 6]);
    expect(new Set(paintKinds.map((kind) => JSON.stringify(kind))).size).toBe(30);
  });

  test('says the pin by its channel, the sign by its hue, the size by its step', () => {
    expect(kindAt(0, 9)).toEqual({ channel: 'fill', sign: 1, level: 9 });
    expect(kindAt(0, -1)).toEqual({ channel: 'fill', sign: -1, level: 1 });
    expect([1, 3, 4, 6, 7, 9].map((step) => kindAt(1, step)?.level)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(kindAt(1, -7)).toEqual({ channel: 'underline', sign: -1, level: 3 });
    expect(kindAt(2, 2)).toEqual({ channel: 'overline', sign: 1, level: 1 });
  });

  test('takes every span of the first three pins once, and none without a step', () => {
    const kinds = spansByKind([[span(0, 9), span(1, 0)], [span(0, -9)], [span(2)], [span(3)]]);
    expect(kinds.flat()).toHaveLength(3);
    expect(kinds[kindOf(1, -9)]).toEqual([span(0, -9)]);
  });

  test('has all its colours contributed for four themes', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      contributes: { colors: { id: string; defaults: Record<string, string> }[] };
    };
    const colours = new Map(manifest.contributes.colors.map(({ id, defaults }) => [id, defaults]));
    for (const { channel, sign, level } of paintKinds) {
      const side = sign > 0 ? 'positive' : 'negative';
      const id = channel === 'fill' ? `golgi.heat.${side}${level}` : `golgi.${side}`;
      expect(Object.keys(colours.get(id) ?? {}).sort(), id).toEqual(['dark', 'highContrast', 'highContrastLight', 'light']);
    }
    expect(colours.get('golgi.heat.positive5')?.dark).toBe('#f28a1c5c');
    expect(colours.get('golgi.heat.negative9')?.light).toBe('#7446f08b');
  });
});

describe('lines to paint', () => {
  test('are the seen ones and a screen on either side first', () => {
    expect(nearLines([{ from: 100, to: 140 }], 1_000)).toEqual([{ from: 60, to: 180 }]);
    expect(nearLines([{ from: 0, to: 40 }], 50)).toEqual([{ from: 0, to: 50 }]);
    // Folded in the middle: two seen ranges.
    expect(
      nearLines(
        [
          { from: 30, to: 40 },
          { from: 50, to: 55 },
        ],
        100,
      ),
    ).toEqual([{ from: 20, to: 60 }]);
  });

  test('are all of a usual file in the end, the closest first, and a part of a huge one', () => {
    const lines = farLines([{ from: 1_200, to: 1_240 }], 1_900);
    expect(union(lines)).toEqual([{ from: 0, to: 1_900 }]);
    expect(lines[0]).toEqual({ from: 1_000, to: 1_500 });
    const huge = union(farLines([{ from: 500_000, to: 500_040 }], 1_000_000));
    expect(huge).toEqual([{ from: 495_000, to: 505_000 }]);
  });

  test('that are missing are those asked for less those known', () => {
    const range = fc.tuple(fc.nat(40), fc.nat(20)).map(([from, size]) => ({ from, to: from + size }));
    const on = (ranges: readonly { from: number; to: number }[], line: number) => ranges.some(({ from, to }) => line >= from && line < to);
    fc.assert(
      fc.property(fc.array(range), range, (known, asked) => {
        const gaps = missing(asked, union(known));
        for (let line = 0; line < 70; line++) expect(on(gaps, line)).toBe(on([asked], line) && !on(known, line));
      }),
    );
  });
});

describe('painted lines', () => {
  test('are given where they are seen, and elsewhere when they are wanted all the same', () => {
    const lines = new PaintedLines();
    lines.add({ from: 0, to: 10 }, [span(1, 9), span(2), span(5), span(8, 9), span(9)]);
    const on = lines.on([{ from: 4, to: 6 }], ({ step }) => step === 9);
    expect(on.map(({ line }) => line)).toEqual([1, 5, 8]);
  });

  test('are replaced by an answer on its lines only', () => {
    const lines = new PaintedLines();
    lines.add({ from: 0, to: 10 }, [span(1), span(5), span(9)]);
    lines.add({ from: 4, to: 6 }, [span(4), span(7)]);
    expect(lines.spans.map(({ line }) => line)).toEqual([1, 4, 9]);
    expect(lines.gaps({ from: 8, to: 12 })).toEqual([{ from: 10, to: 12 }]);
  });

  test('lose the touched ones, and those below move along', () => {
    const lines = new PaintedLines();
    lines.add({ from: 0, to: 10 }, [span(1), span(5), span(9)]);
    lines.edit({ from: 5, to: 6, added: 2 });
    expect(lines.spans.map(({ line }) => line)).toEqual([1, 11]);
    lines.edit({ from: 5, to: 6, added: 0 });
    lines.edit({ from: 2, to: 5, added: -2 });
    expect(lines.spans.map(({ line }) => line)).toEqual([1, 9]);
    expect(lines.gaps({ from: 0, to: 2 })).toEqual([{ from: 0, to: 2 }]);
  });
});

/** A window with one editor, and a server that answers when told to; every even line has a word. */
class Desk {
  readonly shown: (readonly (readonly PaintSpan[])[])[] = [];
  readonly questions: { params: PaintNeuronParams; signal: AbortSignal; answer: () => void; refuse: (error: Error) => void }[] = [];
  readonly failures: string[] = [];
  visible = { from: 0, to: 20 };
  canvases: Canvas[];
  readonly painter: Painter;

  constructor(lineCount = 2_000) {
    const visible = () => [this.visible];
    this.canvases = [
      {
        uri: 'file:///a.txt',
        corpus: 'a',
        lineCount,
        get visible() {
          return visible();
        },
        show: (layers) => void this.shown.push(layers()),
      },
    ];
    this.painter = new Painter({
      paint: (params, signal) =>
        new Promise<NeuronPaint>((resolve, reject) => {
          const { fromLine, toLine, neuron } = params;
          const spans = Array.from({ length: toLine + 1 - fromLine }, (_, k) => span(fromLine + k)).filter(({ line }) => line % 2 === 0);
          const scale = { centre: 0, high: 1, low: null };
          this.questions.push({ params, signal, answer: () => resolve({ neuron, scale, spans, stale: false }), refuse: reject });
        }),
      canvases: () => this.canvases,
      onPainted: () => undefined,
      onFailed: (neuron) => void this.failures.push(neuron),
    });
  }

  get last() {
    const last = this.questions.at(-1);
    if (!last) throw new Error('nothing was asked');
    return last;
  }

  get asked(): string[] {
    return this.questions.map(({ params: { neuron, fromLine, toLine } }) => `${neuron} ${fromLine}-${toLine + 1}`);
  }

  /** Answers the question that is out. */
  async answer(): Promise<void> {
    this.last.answer();
    await vi.advanceTimersByTimeAsync(0);
  }

  async answerAll(): Promise<void> {
    for (let before = -1; before !== this.questions.length;) {
      before = this.questions.length;
      await this.answer();
    }
  }
}

describe('a document', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is painted where it is seen first, then all over, one question at a time', async () => {
    const desk = new Desk();
    desk.painter.setPins(['L1.ffn.1', 'L2.ffn.2']);
    expect(desk.asked).toEqual(['L1.ffn.1 0-40']);
    await desk.answer();
    expect(desk.shown.at(-1)?.map((spans) => spans.length)).toEqual([20, 0]);
    expect(desk.asked.at(-1)).toBe('L2.ffn.2 0-40');
    await desk.answerAll();
    expect(desk.asked.slice(2, 4)).toEqual(['L1.ffn.1 40-500', 'L1.ffn.1 500-1000']);
    expect(desk.painter.layers('file:///a.txt').map((spans) => spans.length)).toEqual([1_000, 1_000]);
    // Of what is not seen, only what the ruler marks is given to the editor: here nothing, in steps below six.
    expect(desk.shown.at(-1)?.map((spans) => spans.length)).toEqual([32, 32]);
    expect(desk.painter.scales.get('L2.ffn.2')).toEqual({ centre: 0, high: 1, low: null });
  });

  test('that is scrolled is painted there next, whatever else is missing', async () => {
    const desk = new Desk(100_000);
    desk.painter.setPins(['L1.ffn.1']);
    await desk.answer();
    desk.visible = { from: 50_000, to: 50_020 };
    desk.painter.scrolled('file:///a.txt');
    expect(desk.shown.at(-1)).toEqual([[]]);
    await desk.answer();
    expect(desk.asked.at(-1)).toBe('L1.ffn.1 49980-50040');
  });

  test('loses the paint of a touched line at once and asks again when typing stops', async () => {
    const desk = new Desk(30);
    desk.painter.setPins(['L1.ffn.1']);
    await desk.answerAll();
    desk.painter.edited('file:///a.txt', [{ from: 4, to: 5, added: 0 }]);
    expect(desk.shown.at(-1)?.[0]?.some(({ line }) => line === 4)).toBe(false);
    const asked = desk.questions.length;
    vi.advanceTimersByTime(149);
    desk.painter.edited('file:///a.txt', [{ from: 4, to: 5, added: 0 }]);
    vi.advanceTimersByTime(149);
    expect(desk.questions).toHaveLength(asked);
    vi.advanceTimersByTime(1);
    expect(desk.asked.at(-1)).toBe('L1.ffn.1 0-30');
    await desk.answer();
    expect(desk.shown.at(-1)?.[0]?.some(({ line }) => line === 4)).toBe(true);
  });

  test('moves its paint with several edits at once, each placed before the change', async () => {
    const desk = new Desk(30);
    desk.painter.setPins(['L1.ffn.1']);
    await desk.answerAll();
    desk.painter.edited('file:///a.txt', [
      { from: 2, to: 3, added: 1 },
      { from: 20, to: 21, added: 1 },
    ]);
    expect(desk.painter.layers('file:///a.txt')[0]?.map(({ line }) => line)).toEqual([0, 5, 7, 9, 11, 13, 15, 17, 19, 24, 26, 28, 30]);
  });

  test('never shows an answer to a text that has changed since', async () => {
    const desk = new Desk(30);
    desk.painter.setPins(['L1.ffn.1']);
    desk.painter.edited('file:///a.txt', [{ from: 0, to: 1, added: 3 }]);
    await desk.answer();
    expect(desk.painter.layers('file:///a.txt')).toEqual([[]]);
    await vi.advanceTimersByTimeAsync(150);
    await desk.answer();
    expect(desk.painter.layers('file:///a.txt')[0]).not.toHaveLength(0);
  });

  test('that is opened anew as another corpus keeps nothing', async () => {
    const desk = new Desk(30);
    desk.painter.setPins(['L1.ffn.1']);
    await desk.answerAll();
    desk.canvases = desk.canvases.map((canvas) => ({ ...canvas, corpus: 'b', visible: [desk.visible] }));
    desk.painter.look();
    expect(desk.last.params.corpus).toBe('b');
    expect(desk.painter.layers('file:///a.txt')).toEqual([[]]);
  });

  test('is not asked about when painting is off, and shows nothing', async () => {
    const desk = new Desk();
    desk.painter.setPins(['L1.ffn.1']);
    await desk.answer();
    desk.painter.on = false;
    expect(desk.last.signal.aborted).toBe(true);
    expect(desk.shown.at(-1)).toEqual([[]]);
    await desk.answer();
    expect(desk.shown.at(-1)).toEqual([[]]);
    const asked = desk.questions.length;
    desk.painter.look();
    expect(desk.questions).toHaveLength(asked);
    desk.painter.on = true;
    expect(desk.shown.at(-1)?.[0]).not.toHaveLength(0);
  });

  test('loses the paint of a neuron that is unpinned, and its question is withdrawn', async () => {
    const desk = new Desk();
    desk.painter.setPins(['L1.ffn.1', 'L2.ffn.2']);
    await desk.answer();
    desk.painter.setPins(['L1.ffn.1']);
    expect(desk.last.signal.aborted).toBe(true);
    await desk.answer();
    expect(desk.shown.at(-1)).toHaveLength(1);
    expect(desk.painter.scales.has('L2.ffn.2')).toBe(false);
  });

  test('leaves out a neuron that cannot be painted until it is asked for again', async () => {
    const desk = new Desk(30);
    desk.painter.setPins(['L9.ffn.1', 'L2.ffn.2']);
    desk.last.refuse(new Error('no such layer'));
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.failures).toEqual(['L9.ffn.1']);
    await desk.answerAll();
    expect(desk.asked).toEqual(['L9.ffn.1 0-30', 'L2.ffn.2 0-30']);
    desk.painter.refresh();
    expect(desk.asked.at(-1)).toBe('L9.ffn.1 0-30');
  });
});
