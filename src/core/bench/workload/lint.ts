import { queryNamed } from '../../query/catalogue.js';
import type { ConfigKind } from '../../run/lint-config.js';
import { findPipeline } from '../../run/pipeline-source.js';
import { messageOf } from '../../runtime/errors.js';
import { parseYamlDocument, yamlError } from '../../runtime/yaml-file.js';
import { workloadFileSchema } from './file.js';
import { shippedWorkloadPath, shippedWorkloads } from './find.js';
import { loadWorkload } from './load.js';

/** Workload files as `config lint` sees them: known by their first key, checked down to the queries that their pipeline must have. */
export const workloadFiles: ConfigKind = {
  recognizes: (text) => /^workload\s*:/m.test(text),
  shipped: (place) => shippedWorkloads(place).map((name) => shippedWorkloadPath(place, name)),
  check(place, text, shown, path) {
    const { domain, pipeline, queries } = loadWorkload(text, shown, path);
    if (domain === undefined && pipeline === undefined) return;
    const { lineOf } = parseYamlDocument(text, shown, workloadFileSchema);
    const at = (path: (string | number)[], check: () => void) => {
      try {
        check();
      } catch (error) {
        throw yamlError(shown, [{ line: lineOf(path), message: messageOf(error).split('\n')[0]! }]);
      }
    };
    at([domain === undefined ? 'pipeline' : 'domain'], () => findPipeline(place, { domain, pipeline }));
    const plan = findPipeline(place, { domain, pipeline });
    for (const [index, name] of (queries.names ?? []).entries())
      at(['queries', 'names', index], () => queryNamed(plan, name));
  },
};
