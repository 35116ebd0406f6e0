// SPDX-License-Identifier: Apache-2.0
// Writes the dashboards as JSON into the folder that is given.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { destination } from './destination';
import { fleet } from './fleet';
import { prober } from './prober';
import { relays } from './relay';
import { sources } from './sources';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: generate FOLDER');
for (const made of [fleet(), destination(), relays(), sources(), prober()]) {
  const file = join(folder, `${made.uid}.json`);
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`${file}: ${made.panels?.length} panels and rows\n`);
}
