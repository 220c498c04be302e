import { caseStudy } from './catalogue/case-study.ts'
import { eventPoll } from './catalogue/event-poll.ts'
import { feedbackSurvey } from './catalogue/feedback-survey.ts'
import { launch } from './catalogue/launch.ts'
import { leadForm } from './catalogue/lead-form.ts'
import { onboardingQuiz } from './catalogue/onboarding-quiz.ts'
import { portfolio } from './catalogue/portfolio.ts'
import { productTour } from './catalogue/product-tour.ts'
import { team } from './catalogue/team.ts'
import { tour } from './catalogue/tour.ts'
import { workshopAgenda } from './catalogue/workshop-agenda.ts'
import type { Template } from './template.ts'

/** What a new capsule may begin as, in the order in which they are shown. */
export const templates: readonly Template[] = [
  productTour,
  onboardingQuiz,
  eventPoll,
  leadForm,
  caseStudy,
  feedbackSurvey,
  launch,
  workshopAgenda,
  team,
  portfolio,
  tour,
]
