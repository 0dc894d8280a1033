// The code of the models of a project: in the work tree, or at a commit.
import { UserError } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { type FileTree, openWorkTree } from '../git/file-tree.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Device } from '../types.ts';
import { codeHash, filesOfCode } from './code-hash.ts';
import { createPackageFinder } from './locked-packages.ts';
import { type ModelList, readModelList } from './model-files.ts';
import { createCodeReuse } from './reuse-code.ts';
import { sourceHash } from './source-hash.ts';

const DEVICES: readonly Device[] = ['cpu', 'gpu', 'webgpu'];

/** The code of a model on one device, as records hold it. */
export interface ModelCode {
  /** Covers everything that is known to matter; see `codeHash`. */
  readonly codeHash: string;
  /** Covers the TypeScript alone: all that older records hold. */
  readonly sourceHash: string;
  /** What `codeHash` does not cover; see `CodeHash`. */
  readonly unhashed: readonly string[];
}

/** The code of all models in one tree. */
export interface ProjectCode {
  /** Ids of the models, in the order of the list. */
  models(): Promise<readonly string[]>;
  /**
   * Finds the code of a model.
   *
   * @returns null if no file names the model
   * @throws Error if a file is no valid code
   */
  of(modelId: string, device: Device): Promise<ModelCode | null>;
}

/**
 * Opens the code of a tree. Everything is read and hashed when it is first needed, once.
 *
 * @param tree the project's files
 * @param root the project's root on disk, which knows which packages are linked
 * @param reuse what was computed at other commits
 */
export function openProjectCode(tree: FileTree, root: string, reuse = createCodeReuse()): ProjectCode {
  const codes = new Map<string, Promise<ModelCode | null>>();
  let list: Promise<ModelList> | undefined;
  const hashModel = async (modelId: string, device: Device): Promise<ModelCode | null> => {
    list ??= readModelList(tree);
    const files = (await list).filesOf(modelId);
    if (files.length === 0) return null;
    return reuse.from(JSON.stringify([device, files]), tree, (watched) => hashFiles(watched, root, files, device));
  };
  return {
    async models() {
      list ??= readModelList(tree);
      return (await list).ids;
    },
    of(modelId, device) {
      // Code for WebGPU is left out of both others.
      const kind = device === 'webgpu' ? device : 'cpu';
      const key = sourceKey(modelId, kind);
      let code = codes.get(key);
      if (!code) {
        code = hashModel(modelId, kind);
        codes.set(key, code);
      }
      return code;
    },
  };
}

/**
 * Hashes the code that models have now, on every device.
 *
 * @param modelIds ids of models
 * @param root the project's root
 * @param onInvalid is told of a model whose files are no valid code, which is then left out; by default its error is thrown
 * @returns by `sourceKey`; of a model whose id no file gives as a text, the code of all files that give none
 * @throws UserError if a file is no valid code and there is no `onInvalid`
 */
export async function currentCodes(
  modelIds: Iterable<string>,
  root = projectRoot,
  onInvalid?: (modelId: string, error: UserError) => void,
): Promise<ReadonlyMap<string, ModelCode>> {
  const tree = openWorkTree(root);
  const project = openProjectCode(tree, root);
  const codes = new Map<string, ModelCode>();
  for (const id of modelIds) {
    for (const device of DEVICES) {
      try {
        const code = (await project.of(id, device)) ?? (await codeOfUnnamed(tree, root, device));
        codes.set(sourceKey(id, device), code);
      } catch (error) {
        if (!onInvalid || !(error instanceof UserError)) throw error;
        onInvalid(id, error);
      }
    }
  }
  return codes;
}

/**
 * Lists the files of this project that a model loads now. Files that are no valid code count without what they load.
 *
 * @param modelId id of a model
 * @param device what the fit computes on
 * @returns paths from the root; empty where no file names the model
 */
export async function currentFiles(modelId: string, device: Device, root = projectRoot): Promise<string[]> {
  const tree = openWorkTree(root);
  return filesOfCode(tree, (await readModelList(tree)).filesOf(modelId), device);
}

async function hashFiles(tree: FileTree, root: string, files: readonly string[], device: Device): Promise<ModelCode> {
  const { hash, unhashed } = await codeHash(tree, files, device, createPackageFinder(tree, root));
  return { codeHash: hash, sourceHash: await sourceHash(tree, files, device), unhashed };
}

async function codeOfUnnamed(tree: FileTree, root: string, device: Device): Promise<ModelCode> {
  const { unnamed } = await readModelList(tree);
  return hashFiles(tree, root, unnamed, device);
}

/** Names a model on a device, as `currentCodes` does. For a record the device is `software.engine.device`. */
export function sourceKey(modelId: string, device: Device): string {
  return `${modelId} on ${device}`;
}

/**
 * Tells whether a record was made by some code.
 *
 * @param record of one of our models
 * @param code of that model on the record's device
 */
export function isOfCode(
  { model }: Pick<FitRecord, 'model'>,
  code: Pick<ModelCode, 'codeHash' | 'sourceHash'>,
): boolean {
  return model.codeHash === undefined ? model.sourceHash === code.sourceHash : model.codeHash === code.codeHash;
}
