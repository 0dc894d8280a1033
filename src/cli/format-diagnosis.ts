// Writes a diagnosis as text for a terminal.
import { CACHE_KINDS, type CacheKind } from '../base/cache-policy.ts';
import { formatAdapter, formatSettings } from '../document/engine-text.ts';
import { bytes, duration } from '../document/format.ts';
import { createColours } from '../document/terminal-text.ts';
import type { EngineStatus } from '../engine/provision/engine-status.ts';
import type { CardUse } from '../engine/runtime/nvidia-usage.ts';
import type { EngineTrial } from '../engine/trial/engine-trial.ts';
import { processorText } from '../results/machine-identity.ts';
import type { Diagnosis } from './diagnose.ts';

const SOURCES: Readonly<Record<EngineStatus['source'], string>> = {
  cpu: 'native, CPU library',
  cuda: 'native, CUDA library',
  package: "native, the package's own download",
  webgpu: 'WebGPU by Dawn',
  none: 'plain JavaScript',
};

/**
 * Writes a diagnosis as text of two columns, problems last.
 *
 * @param diagnosis what was found
 * @param colour whether problems are coloured
 */
export function formatDiagnosis(diagnosis: Diagnosis, colour: boolean): string {
  const { engine, machine, webgpu, kernels, node, packages, data, cache, problems } = diagnosis;
  const paint = createColours(colour);
  const { gpu } = machine;
  const facts: [string, string][] = [
    ['engine', engine ? `${engine.name} ${engine.version} (${SOURCES[engine.source]})` : 'none'],
    ['backend', engine?.backend ?? 'none'],
    ['device', engine?.device ?? 'none'],
    ['threads', engine ? String(engine.threads) : 'none'],
    ['settings', engine ? formatSettings(engine.settings) : 'none'],
    ['steps', engine ? formatSteps(engine) : 'none'],
    ['GPU', gpu ? `${gpu.model}, driver ${gpu.driver}, ${bytes(gpu.memoryBytes)}` : 'none'],
    ...(engine?.card ? [['', formatCardUse(engine.card)] as [string, string]] : []),
    ...(kernels
      ? [['kernels', `${kernels.folder}, ${bytes(kernels.bytes)}: compiled once for each card`] as [string, string]]
      : []),
    ...(webgpu?.adapters ?? []).map((adapter, i): [string, string] => [
      i === 0 ? 'WebGPU' : '',
      formatAdapter(adapter),
    ]),
    ['machine', machine.id],
    ['system', `${machine.os}, ${machine.cores} cores, ${bytes(machine.memoryBytes)}`],
    ['processor', processorText(machine)],
    ['data', `${data.name}: ${data.folder ?? 'not downloaded yet; npm run bench downloads it'}`],
    ['cache', `${cache.folder}${cache.freeBytes === null ? '' : `, ${bytes(cache.freeBytes)} free`}`],
    ...Object.entries(cache.parts).map(([name, size]): [string, string] => [
      '',
      `${name.padEnd(11)} ${bytes(size)}${limitOf(name)}`,
    ]),
    ['Node', node],
    ...Object.entries(packages).map(([name, version], i): [string, string] => [
      i === 0 ? 'packages' : '',
      `${name} ${version}`,
    ]),
  ];
  const lines = facts.map(([name, value]) => `${paint.bold(name.padEnd(9))} ${value}`);
  const findings = problems.map(({ message, isBlocking }) =>
    isBlocking ? `${paint.red('problem:')} ${message}` : `${paint.yellow('warning:')} ${message}`,
  );
  return [...lines, '', ...(findings.length > 0 ? findings : [paint.green('no problems found')])].join('\n');
}

function limitOf(part: string): string {
  return Object.hasOwn(CACHE_KINDS, part) ? `, at most ${bytes(CACHE_KINDS[part as CacheKind].limitBytes)}` : '';
}

function formatSteps({ steps, device }: EngineTrial): string {
  const { firstSeconds, secondSeconds } = steps;
  return `first ${duration(firstSeconds)}, second ${duration(secondSeconds)}: a small convolutional network on ${device}`;
}

function formatCardUse({ isListed, processBytes, takenBytes }: CardUse): string {
  const listed = isListed ? 'nvidia-smi lists the process' : 'nvidia-smi does not list the process';
  const parts = [processBytes === null ? listed : `${listed} with ${bytes(processBytes)}`];
  if (takenBytes !== null) parts.push(`${bytes(Math.max(0, takenBytes))} more are taken on the cards`);
  return parts.join('; ');
}
