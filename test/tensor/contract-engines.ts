// The engines that hold the contract in this process: those of every machine, or the one that webgpu.test.ts asks for
// in a process of its own, whose environment shows it a graphics adapter.
import process from 'node:process'
import { isEngineName } from '../../src/tensor/index.ts'
import type { EngineName } from '../../src/tensor/index.ts'

export const askedVariable = 'DICE_TEST_ENGINE'

const asked = process.env[askedVariable]

export const contractEngines: readonly EngineName[] =
  asked === undefined ? ['eager-cpu', 'eager-wasm', 'graph-cpu'] : isEngineName(asked) ? [asked] : []
