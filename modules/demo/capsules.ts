import type { DemoCapsule } from './capsules/capsule.ts'
import { fieldGuide } from './capsules/field-guide.ts'
import { firstBuilding } from './capsules/first-building.ts'
import { lightEvening } from './capsules/light-evening.ts'
import { lightSurvey } from './capsules/light-survey.ts'
import { people } from './capsules/people.ts'
import { tidewaterLibrary } from './capsules/tidewater-library.ts'
import { tour } from './capsules/tour.ts'

/** The organization that never was. Nobody of this name and trade is meant. */
export const northlight = { name: 'Northlight', slug: 'northlight' } as const

/** What Northlight publishes. They link each other, hence the origin. */
export function demoCapsules(origin: string): readonly DemoCapsule[] {
  const address = (slug: string) => `${origin}/${northlight.slug}/${slug}`
  return [
    tour(address),
    tidewaterLibrary(address),
    fieldGuide(address),
    firstBuilding(),
    lightEvening(),
    lightSurvey(),
    people(),
  ]
}
