// The compact layout: { model: { preference: […], length_difference: […], coefficients?: [3] } }, lists parallel to the prompts.
import { layouts, refusePreference, winOf } from './annotated.ts'
import type { Annotated, Coefficients } from './annotated.ts'
import { areNumbers, isFields, isNumber, nameOf } from './json.ts'
import type { Fields } from './json.ts'
import { isRefusal, refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

export function readCompact(file: Fields): readonly Annotated[] | Refusal {
  const found: Annotated[] = []
  for (const [model, columns] of Object.entries(file)) {
    const read = isFields(columns) ? readModel(model, columns) : refuse(`${model} has ${nameOf(columns)}`, layouts)
    if (isRefusal(read)) return read
    found.push(read)
  }
  return found
}

function readModel(model: string, { preference, length_difference: deltas, coefficients }: Fields): Annotated | Refusal {
  if (!Array.isArray(preference) || !Array.isArray(deltas)) {
    return refuse(`${model} lacks a list \`${Array.isArray(preference) ? 'length_difference' : 'preference'}\``, layouts)
  }
  if (preference.length !== deltas.length) {
    return refuse(`${model} has ${preference.length} preferences and ${deltas.length} length differences`,
      'give one of each for every prompt')
  }
  const dropped = preference.findIndex((value) => winOf(value) === undefined)
  if (dropped !== -1) return refusePreference(`row ${dropped + 1} of ${model}`, preference[dropped])
  const wrong = deltas.findIndex((delta) => !isNumber(delta))
  if (wrong !== -1) {
    return refuse(`the length difference of row ${wrong + 1} of ${model} is ${nameOf(deltas[wrong])}`,
      "write characters of the baseline's answer minus characters of the model's")
  }
  if (coefficients !== undefined && !isCoefficients(coefficients)) {
    return refuse(`the coefficients of ${model} are ${nameOf(coefficients)}`,
      'give three numbers, of tanh-length, instruction difficulty and bias, or leave them out')
  }
  return {
    model, isBaseline: false,
    wins: Float64Array.from(preference, (value) => winOf(value)!),
    deltas: Float64Array.from(deltas as number[]),
    ...(coefficients === undefined ? {} : { coefficients }),
  }
}

function isCoefficients(value: unknown): value is Coefficients {
  return areNumbers(value) && value.length === 3
}
