#!/usr/bin/env node
// Starts the command line from any folder. Its code is TypeScript, which tsx loads.
import { register } from 'tsx/esm/api';

register();
await import('../src/cli/main.ts');
