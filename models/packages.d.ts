// Types for packages that have none, and for WebAssembly, which Node has and its types lack. A package without types needs
// one line, after which everything that it exports has the type `any`:
//
//   declare module 'ml-cart';

declare namespace WebAssembly {
  /** Compiled code. */
  class Module {
    constructor(bytes: ArrayBuffer | ArrayBufferView);
  }
  /** Code that runs. The exports are functions, memories, tables and globals. */
  class Instance {
    constructor(module: Module, imports?: Imports);
    // biome-ignore lint/suspicious/noExplicitAny: only the author knows what the code exports.
    readonly exports: Record<string, any>;
  }
  /** Memory in pages of 65,536 bytes. */
  class Memory {
    constructor(size: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  /** What code imports, by module and name. */
  type Imports = Record<string, Record<string, unknown>>;
  function compile(bytes: ArrayBuffer | ArrayBufferView): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
  function instantiate(
    bytes: ArrayBuffer | ArrayBufferView,
    imports?: Imports,
  ): Promise<{ readonly module: Module; readonly instance: Instance }>;
}
