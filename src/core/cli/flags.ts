import { Flags } from '@oclif/core';
import { usageError } from '../runtime/errors.js';
import type { Project } from '../runtime/project.js';
import { parseDuration } from '../runtime/units.js';

/** On every command. */
export const globalFlags = {
  home: Flags.string({
    summary: 'Folder that holds all state: data, logs, ledger, checkpoints, results.',
    default: async () => (await project()).home ?? './.pipe',
    defaultHelp: async () => './.pipe',
    env: 'PIPE_HOME',
    helpValue: 'DIR',
    helpGroup: 'GLOBAL',
  }),
  debug: Flags.boolean({ summary: 'Show the stack of a failure.', env: 'PIPE_DEBUG', helpGroup: 'GLOBAL' }),
};

/** On every command that talks to services. */
export const stackFlags = {
  profile: Flags.string({
    summary: 'Clusters that are already there: a profile of pipe.yaml, or the shipped one, docker.',
    env: 'PIPE_PROFILE',
    helpValue: 'NAME',
    helpGroup: 'GLOBAL',
  }),
};

/** On every command that works on a pipeline: one of the two. */
export const pipelineFlags = {
  domain: Flags.string({
    summary: 'A shipped pipeline: ecommerce, iot, saas or finance.',
    env: 'PIPE_DOMAIN',
    helpValue: 'NAME',
    default: async ({ flags }) => (flags.pipeline ? undefined : (await project()).domain),
    noCacheDefault: true,
  }),
  pipeline: Flags.string({ summary: "A pipeline file of one's own.", env: 'PIPE_PIPELINE', helpValue: 'FILE' }),
};

/** On what shows every pipeline: those that ship are there without it. */
export const ownPipelinesFlag = Flags.string({
  summary: "A pipeline file of one's own, beside those that ship.",
  helpValue: 'FILE',
  multiple: true,
  multipleNonGreedy: true,
});

/** A duration such as 30s or 5m, in milliseconds. */
export const durationFlag = Flags.custom<number>({
  parse: async (text) => parseDuration(text),
  helpValue: 'DURATION',
});

/** On what runs an engine. */
export const workersFlag = Flags.custom<number>({
  parse: async (text) => {
    const workers = Number(text);
    if (!/^\d+$/.test(text) || workers < 1) throw usageError(`expected a whole number from 1 on, got ${text}`);
    return workers;
  },
  summary: 'Threads that read, judge and store, each its own partitions; never more than there are partitions.',
  default: async () => (await project()).workers ?? 1,
  defaultHelp: async () => '1',
  env: 'PIPE_WORKERS',
  helpValue: 'N',
});

/** On the commands that run for long. */
export const reportFlag = Flags.string({
  summary: 'A file for a line of JSON each second: counts, latency histograms, CPU, memory, pauses (docs/reports.md).',
  helpValue: 'FILE',
});

/** What pipe.yaml says, for flags that neither the command line nor the environment gives. */
async function project(): Promise<Project> {
  const { readProject } = await import('../runtime/project.js');
  return readProject({ cwd: process.cwd() });
}
