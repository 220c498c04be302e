import { expect, test } from 'bun:test'
import { analyticsConfig } from './config.ts'

const cdn = (name: 'cloudflare' | 'bunny' | 'fastly') => ({ name, token: 't', zone: 'z', api: undefined })

test('a country is believed only from whoever is known to stand in front', () => {
  expect(analyticsConfig({}, undefined).countryHeader).toBeUndefined()
  expect(analyticsConfig({}, cdn('cloudflare')).countryHeader).toBe('cf-ipcountry')
  expect(analyticsConfig({}, cdn('bunny')).countryHeader).toBe('cdn-requestcountrycode')
  expect(analyticsConfig({}, cdn('fastly')).countryHeader).toBeUndefined()
  expect(analyticsConfig({ ENCAPSIFY_COUNTRY_HEADER: 'X-Country' }, cdn('cloudflare')).countryHeader).toBe('x-country')
})
