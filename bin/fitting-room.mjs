#!/usr/bin/env node
// Starts the command line from any folder. Its code is TypeScript.
import './typescript.mjs';

await import('../src/cli/main.ts');
