import { expect, test } from 'bun:test'
import { contentType } from './content-type.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))

test.each([
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'image', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image', 'image/png'],
  ['GIF89a\x01\0', 'image', 'image/gif'],
  ['RIFF\x24\0\0\0WEBPVP8 ', 'image', 'image/webp'],
  ['RIFF\x24\0\0\0WAVEfmt ', 'audio', 'audio/wav'],
  ['XXXX\x24\0\0\0WEBPVP8 ', 'file', 'application/octet-stream'],
  ['\0\0\0\x20ftypavif\0\0\0\0', 'image', 'image/avif'],
  ['\0\0\0\x20ftypheic\0\0\0\0', 'file', 'image/heic'],
  ['\0\0\0\x20ftypisom\0\0\0\0', 'video', 'video/mp4'],
  ['\0\0\0\x20ftypM4A \0\0\0\0', 'audio', 'audio/mp4'],
  ['\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm', 'video', 'video/webm'],
  ['OggS\0\x02\0\0\0\0vorbis', 'audio', 'audio/ogg'],
  ['\xff\xfb\x90\x64\0\0', 'audio', 'audio/mpeg'],
  ['\xff\xfe\x41\0', 'file', 'application/octet-stream'],
  ['%PDF-1.7', 'file', 'application/pdf'],
  ['PK\x03\x04', 'file', 'application/zip'],
  ['WEBVTT\n\n00:00', 'file', 'text/vtt'],
  ['hello', 'file', 'text/plain'],
  ['<!doctype html><script>alert(1)</script>', 'file', 'text/plain'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image', 'image/svg+xml'],
  ['<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg/>', 'image', 'image/svg+xml'],
  ['<html><svg/></html>', 'file', 'text/plain'],
  ['', 'file', 'application/octet-stream'],
  ['\0\0\0\0', 'file', 'application/octet-stream'],
])('%j is of the kind %s', (head, kind, type) => {
  expect(contentType(bytes(head))).toEqual({ kind: kind as never, type })
})
