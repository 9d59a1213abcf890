// The one way a stage that draws answers is asked for, so that equal wishes are one stage wherever they come from.
import type { Json, Key } from '../plan/node.ts'
import { samplingCost } from './cost.ts'
import type { Context } from './context.ts'
import { modelInputs } from './product.ts'
import type { ModelProduct, PartProduct } from './product.ts'

/**
 * Adds (or finds) the stage in which `policy` answers `prompts`.
 * @param settings `responses`, `temperature`, `top_p`, `max_tokens`, and `count` when only some prompts are drawn
 * @param draw names the draw of those prompts: two stages with the same draw answer the same ones, whatever the model
 */
export function addSampling(
  context: Context, policy: ModelProduct, prompts: PartProduct, settings: Record<string, Json>, label: string, draw: string,
): Key {
  const count = typeof settings['count'] === 'number' ? Math.min(settings['count'], prompts.rows) : prompts.rows
  return context.add({
    stage: 'sample',
    params: settings['count'] === undefined ? settings : { ...settings, draw },
    inputs: { ...modelInputs(policy), prompts: prompts.key },
    label: `${label} · sample`,
    cost: samplingCost(policy.config, count * Number(settings['responses']), Number(settings['max_tokens'])),
  })
}
