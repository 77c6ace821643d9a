/** What a result was made with. */
import { dependencies, version } from '../../../package.json';

export const versions = {
  golgi: version,
  runtime: {
    node: process.versions.node,
    'onnxruntime-node': dependencies['onnxruntime-node'],
    platform: `${process.platform}-${process.arch}`,
  },
} as const;
