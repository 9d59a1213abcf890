// The engines that are tested in this process: those of every machine, or the one that the variable asks for, as webgpu.test.ts
// does in a process of its own, whose environment shows it a graphics adapter. Or by hand, on a machine that has one:
// DICE_TEST_ENGINE=graph-webgpu node dist/test/run.js model/
import process from 'node:process'
import { isEngineName } from '../../src/tensor/index.ts'
import type { EngineName } from '../../src/tensor/index.ts'

export const askedVariable = 'DICE_TEST_ENGINE'

const asked = process.env[askedVariable]

/** Undefined where the variable is not set. */
export const askedEngines: readonly EngineName[] | undefined = asked === undefined ? undefined : isEngineName(asked) ? [asked] : []

export const contractEngines: readonly EngineName[] = askedEngines ?? ['eager-cpu', 'eager-wasm', 'graph-cpu']
