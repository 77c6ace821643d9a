/** Places in a block that somebody may mean by a tap although another is taken: offered to those who correct it. */
import type { TapPoint } from '../../protocol/neurons';
import type { Block } from './blocks';
import { tapAt, tapFrom } from './layout';
import type { Parts } from './stream';
import type { TapCandidate } from './tap';

/** The stream between the additions of a block, the last sum before its norm, and the neurons of single experts. */
export function otherPlaces(
  { wiring }: Parts,
  block: Block,
  place: Pick<TapPoint, 'stack' | 'layer'>,
  hidden: string,
  width: number,
): TapCandidate[] {
  const sums = block.map(({ join }) => join.sum).filter((sum) => sum !== hidden);
  const within = sums.map((sum, i): TapCandidate => {
    const last = i === block.length - 1;
    const reason = last
      ? 'the last sum of the block, before its norm'
      : `the stream after addition ${i + 1} of ${block.length} in the block`;
    return { tap: tapAt(wiring, { ...place, tap: 'hidden' }, sum, width), reason };
  });
  const mixed = block.flatMap(({ experts, feedForward }) => (experts > 0 ? feedForward : []));
  const experts = mixed.flatMap(({ down }): TapCandidate[] => {
    const tap = tapFrom(wiring, { ...place, tap: 'ffn' }, down.input);
    return tap?.width === down.inputWidth ? [{ tap, reason: 'one expert of a mixture, for every token' }] : [];
  });
  return [...within, ...experts];
}
