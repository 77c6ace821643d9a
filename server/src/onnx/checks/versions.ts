/** Whether the runtime knows the operator sets and domains that a model asks for. */
import { problem, shown } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import type { ModelProto } from '../model';
import { everyNode, nodeName, operatorName } from '../walk';

/** What onnxruntime-node 1.30.0 reads. */
const supported = { opset: 26, irVersion: 13 } as const;

const domains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.preview.training', 'com.microsoft']);

/** MODEL_VERSION: an opset or file format newer than the runtime's, or none stated. */
export function checkVersions(model: ModelProto, file: string): Problem[] {
  const found: string[] = [];
  const ir = Number(model.irVersion ?? 0);
  if (!(ir >= 1 && ir <= supported.irVersion)) found.push(ir === 0 ? 'no IR version' : `IR version ${ir}`);
  const standard = model.opsetImport.filter(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard.length === 0) found.push('no opset for the standard operators');
  for (const { version } of standard) {
    const opset = Number(version ?? 0);
    if (!(opset >= 1 && opset <= supported.opset)) found.push(`ONNX opset ${opset}`);
  }
  return found.map((what) =>
    problem(
      'MODEL_VERSION',
      { file },
      {
        found: what,
        expected: `opset 1 to ${supported.opset} and IR version 1 to ${supported.irVersion}, which the runtime supports`,
        remedy: `export the model again with an opset of at most ${supported.opset} (17 or 18 suit most exporters)`,
      },
    ),
  );
}

/** MODEL_OP: operators of a domain that the runtime does not have and that the model does not bring along. One finding an operator. */
export function checkDomains(model: ModelProto, file: string): Problem[] {
  const own = new Set(model.functions.map(({ domain, name }) => `${domain}::${name}`));
  const findings = new Map<string, Problem>();
  for (const node of everyNode(model)) {
    const name = operatorName(node);
    if (domains.has(node.domain) || node.domain.startsWith('com.microsoft.') || own.has(`${node.domain}::${node.opType}`)) continue;
    if (findings.has(name)) continue;
    const finding = problem(
      'MODEL_OP',
      { file, node: nodeName(node) },
      {
        found: `the operator ${shown(name, 200)} (domain "${shown(node.domain, 100)}"), which onnxruntime does not have`,
        expected: 'operators of ONNX (ai.onnx, ai.onnx.ml), com.microsoft, or functions that the model defines itself',
        remedy: 'export the model with standard operators only',
      },
    );
    findings.set(name, finding);
  }
  return [...findings.values()];
}
