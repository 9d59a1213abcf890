// The word a person probably meant, when one is clearly nearest.
import { suggest } from '../language/suggest.ts'

export const nearest = (word: string, known: readonly string[]): string | undefined => suggest(word, known).near[0]
