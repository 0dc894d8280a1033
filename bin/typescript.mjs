// Lets a process import the project's TypeScript: `node --import ./bin/typescript.mjs FILE.ts`. A general tool such as tsx
// costs every process 0.2 s more, because it also looks for files under other names and compiles packages.
import './check-node.mjs';
import module from 'node:module';
import process from 'node:process';

process.setSourceMapsEnabled(true);
module.register('./typescript-hooks.mjs', import.meta.url);
