import { stemOf } from './stem.ts'
import { termsOf } from './words.ts'

/** Everyday English words that visitors and writers use for one another, a line each; endings are the stemmer's business. */
const groups = `
price cost fare fee charge rate tariff
pay cost payment
buy purchase get sell sold obtain shop
free gratis complimentary
cheap inexpensive affordable
expensive costly
ticket admission entry entrance
children child kids pupils students
pupils students class learners
teacher instructor
adult grown ups
baby infant newborn
parent mother father
people inhabitants residents population persons citizens
guest visitor tourist traveller
doctor physician
nurse carer
medicine drug pharmacy medication pills
sick ill illness disease
hospital clinic
begin start open opens commence
end finish close closes stop
shut closed close
school lessons classes education
job work employment occupation
company firm business enterprise
boss manager leader head chief
staff team crew employees
leads leader head runs manages
car vehicle automobile drive
bike bicycle cycle e-bike
bus coach
boat ship vessel
ferry crossing sailing boat
ship board aboard
trip journey crossing travel tour
rent hire hired lease
book reserve reservation booking
cancel call off cancelled
stay sleep overnight accommodation
hotel lodging accommodation rooms
room bedroom chamber
house home building
tent camping camp
path trail walk track route
hike walk
pram buggy stroller baby carriage
stairs steps staircase
climb ascend
lift elevator
wheelchair disabled accessible accessibility
toilet restroom bathroom wc
shower bath wash
hill mountain peak summit
high tall height
deep depth
wide broad width
large big size
small little tiny
old age ancient aged
new recent modern
quick fast rapid speed
far distance away
near close distance
warm hot temperature
cold winter frost
rain wet rainfall
wind gust storm gale
sea ocean water
swim bathe bathing swimming
beach shore strand
northern lights aurora
sun daylight
light lamp
power electricity energy current
produce make made generate
oil fuel
burn burned fire
fuel petrol diesel oil gas
eat food eaten meal fed feed
drink beverage
dish meal soup stew
kitchen galley cook
restaurant cafe
berries blueberries fruit
ripe ripen picked
famous known renowned
cow cattle
sheep ewe lamb flock
dog puppy
bird birds
nest eyrie burrow
whale orca
fish catch fishing angling
flower plant orchid blossom
protected forbidden must not
forbidden prohibited banned not allowed
allowed may permitted
stone rock granite
metal iron steel
smith forge forged
knife knives blade
violin fiddle
song tune music
dance ball
church parish chapel
priest vicar parson
key lock locked
wedding marriage bride
died dead death buried drowned lost
war wartime
money coins cash profit earnings
earnings profit income
gift given gave donated present
lend borrow loan lent lends
loan lent borrow
find found discover
lost missing
shop store market
letter post mail
phone telephone mobile signal call
reception signal coverage
internet broadband online
computer laptop
photo picture photograph image
painting paint painted
write wrote author
draw drew drawn designed
design drawn plan
build built construct
break broke destroy damage
repair mend fix
refuse refusal decline reject
answer reply respond
ask request
help assist aid
emergency rescue accident
rescue save saved lifeboat
danger dangerous sting harmful risk
safe safety secure
rule condition only law
vote ballot election
council mayor government
meet meets meeting come together
name called
reason because why
visibility visible clear
tide tidal
telescope dome observatory
bonfire fire
bread bun loaf bakery
return refund refunded back
complaint problem issue
guarantee warranty
delivery shipping ship send sent
contact write call email phone
address location where
park parking garage
train rail tram
`

const known = new Map<string, ReadonlySet<string>>()
for (const line of groups.trim().split('\n')) {
  const words = termsOf(line)
  for (const word of words) {
    const key = stemOf(word)
    known.set(key, new Set([...(known.get(key) ?? []), ...words.filter((one) => stemOf(one) !== key)]))
  }
}

/** Other words for a word, whatever its ending. */
export function synonymsOf(term: string): readonly string[] {
  return [...(known.get(stemOf(term)) ?? [])]
}
