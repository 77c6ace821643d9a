/** ONNX files to plain data and back. What nobody here knows the meaning of survives both ways. */
export { decodeLimits, decodeModel, decodeModelBytes } from './decode';
export { encodeModel, encodeModelBytes } from './encode';
