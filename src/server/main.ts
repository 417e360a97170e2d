import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve';

// The sidecar that the extension starts: bundled into dist/, beside models/.
serve(createConnection(ProposedFeatures.all), { modelFolder: join(__dirname, '..', 'models', 'tsuzuki-base-ja') });
