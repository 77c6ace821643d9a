/** ONNX Runtime as this room uses it: the only place that loads it, and never before its telemetry is off. */
import './noTelemetry';
export { InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node';
export type { OnnxValue } from 'onnxruntime-node';
