// The StageFailure that an act ends in; any other outcome fails the test.
import * as assert from 'uvu/assert'
import { StageFailure } from '../../src/run/stage.ts'

export function failure(act: () => unknown): StageFailure {
  try {
    act()
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error
    assert.ok(error.message.length > 10 && error.remedy.length > 10, 'a failure says what and names a remedy')
    return error
  }
  throw new assert.Assertion({ message: 'expected a StageFailure; nothing failed' } as ConstructorParameters<typeof assert.Assertion>[0])
}
