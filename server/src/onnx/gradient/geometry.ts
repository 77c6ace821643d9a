/** How the windows of a convolution lie. */
import { intAttribute, intsAttribute, textAttribute } from '../attributes';
import type { NodeProto } from '../model';
import type { Attributes } from './writer';

/** The attributes of a convolution that say where its windows lie, as the node has them. */
export function geometryOf(node: NodeProto): Attributes {
  const lists = ['kernel_shape', 'strides', 'dilations', 'pads'].flatMap((name) => {
    const list = intsAttribute(node, name);
    return list ? [[name, list] as const] : [];
  });
  const padding = textAttribute(node, 'auto_pad');
  return { ...Object.fromEntries(lists), group: intAttribute(node, 'group', 1), ...(padding === undefined ? {} : { auto_pad: padding }) };
}
