import { english, type Texts } from './english.ts'
export const german: Texts = english
