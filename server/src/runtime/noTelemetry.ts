/**
 * Keeps ONNX Runtime from reporting to its maker. Its official builds for Linux and macOS send model facts over the network and
 * keep a device id in the home folder, unless this variable is set before the library is loaded; nobody agreed to that here.
 * Since 1.29: https://github.com/microsoft/onnxruntime/pull/27379. Must be imported before `onnxruntime-node`.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
