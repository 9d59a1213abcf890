// Mistakes that only show when entries are read together, while a program is expanded into stages.
// One named function each; codes D5xx are explained in grammar/README.md.
import type { Diagnostic } from '../diagnostic.ts'
import type { Declaration } from '../language/program.ts'
import type { Context } from './context.ts'

function at(
  context: Pick<Context, 'program'>, declaration: Declaration | undefined, entry: string | undefined, code: string, message: string, hint: string,
): Diagnostic {
  const written = entry === undefined ? undefined : declaration?.arguments[entry]?.given
  const span = written ?? declaration?.nameSpan ?? declaration?.given ?? { start: 0, end: 0 }
  return { code, severity: 'error', message, source: context.program.source, span, hint }
}

export const mistakes = {
  stepsAndEpochs: (context: Context, declaration: Declaration) =>
    at(context, declaration, 'epochs', 'D501', '`steps` and `epochs` are both written', 'keep one of them: each says how long to train'),

  notDivided: (context: Context, declaration: Declaration, entry: string, of: string, whole: number, parts: number) =>
    at(context, declaration, entry, 'D502', `\`${of}\` (${whole}) is not a multiple of \`${entry}\` (${parts})`,
      `choose a divisor of ${whole}`),

  oddHead: (context: Context, declaration: Declaration, width: number) =>
    at(context, declaration, 'heads', 'D503', `each head would have ${width} features, an odd number that rotary positions cannot pair`,
      'choose `width` and `heads` so that width / heads is even'),

  tooFewResponses: (context: Context, declaration: Declaration, responses: number, needed: number) =>
    at(context, declaration, 'min_responses', 'D504', `\`min_responses\` is ${needed} but only ${responses} responses are drawn`,
      'draw more responses or ask for fewer'),

  noPrompts: (context: Context, declaration: Declaration) =>
    at(context, declaration, undefined, 'D505', 'nothing says which prompts to answer in each round',
      'write `prompts:` in the `sample` block, or a `replay` block whose prompts are then used'),

  noComparisons: (context: Context, declaration: Declaration) =>
    at(context, declaration, 'measures', 'D506', '`reward_accuracy` needs held-out pairs labelled by the judge, and these prompts come without',
      'write `comparisons:` with pairs, or leave `reward_accuracy` out'),

  unreadable: (context: Pick<Context, 'program'>, declaration: Declaration, entry: string, path: string, why: string) =>
    at(context, declaration, entry, 'D507', `cannot read \`${path}\`: ${why}`,
      'paths are relative to the folder of the .dice file'),

  onlyOneSweep: (context: Context, declaration: Declaration) =>
    at(context, declaration, undefined, 'D508', 'this sweep has no axis', 'write at least one path with a list of values, as in `replay.gamma: [0, 0.5]`'),

  setting: (context: Context, declaration: Declaration, problem: { entry: string; message: string; remedy: string }) =>
    at(context, declaration, problem.entry, 'D509', problem.message, problem.remedy),

  promptTooLong: (context: Context, declaration: Declaration, entry: string, wanted: number, available: number) =>
    at(context, declaration, entry, 'D510', `answers of ${wanted} tokens cannot fit a context of ${available}`,
      `choose \`${entry}\` below ${available}, leaving room for the prompt, or a model with a longer context`),

  tooLarge: (
    context: Pick<Context, 'program'>, declaration: Declaration | undefined,
    found: { readonly stage: string; readonly needed: string; readonly available: string; readonly remedy: string },
  ) =>
    at(context, declaration, undefined, 'D511', `\`${found.stage}\` needs about ${found.needed} of memory, and there are ${found.available}`,
      `${found.remedy}; \`--memory SIZE\` says how much there is where that is more`),
} as const
