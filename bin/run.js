#!/usr/bin/env node
import { execute } from '@oclif/core';

await execute({ dir: import.meta.url });

// All that was opened is closed by now: a connection that a library left behind does not keep the process.
process.stdout.write('', () => process.exit());
