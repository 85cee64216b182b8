import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decompressLz4Frame } from '../src/kafka/lz4.js';

/** expectedText() as Kafka's own Java client compresses it: two blocks, the second one shorter. */
const FRAME = Buffer.from(
  [
    'BCJNGGBAgoYCAAD7Cnsic3ltYm9sIjoiU1lNLTAiLCJuIjowfQoZABIxGQAdMRkAEjIZAB00GQASMxkAHTkZABI0GQAtMTYaABI1',
    'GgAtMjUaABI2GgAeMzQAA7IAHjRoAAOzAB42mwADtAAeOM4AA7UALjEwAgEEtwAeMjYAA7gALjE0awADuQAuMTagAAO6AC4xOdUA',
    'A7sAHzIKAQADvAAuMjU2AAO9AC4yOGwAA70ALjMyogADvQAuMzbYAAO9AB80DgEAA70ALjQ0NgADvQAuNDhsAAO9AD01MjniAQO9',
    'AC41N9gAA70AHzYOAQADvQAfNjYAAAO9AB83bAAAA70AHzeiAAADvQAfONgAAAO9AB85DgEAA70AHzlEAQADvQAvMTB7AQcvMTCy',
    'AQADvwAvMTHpAQADwAAfMSACAQPBAC8xMlcCAAPCAC8xM44CAAPDAC8xNMUCAATEAB81/AIHD7MDBg7PAQO+AA5iAwS7AA0cAgO4',
    'AB0yGQADtQAdMxkAA7IADoICAzECD68A////////////////////////////////////////////////////////////////////',
    '////////////////////////////////////////////////////////////////////////////////////////////////////',
    '////////////////////////////////////////////////////////////////////////////////////////////////////',
    '///////////////////////////////////////////////////////////////////sUGwiOiJT4wAAAPIOWU0tMCIsIm4iOjB9',
    'Cnsic3ltYm9sIjoiU1lNLTEZAB0xGQASMhkAHTIZABIzGQAdMxkAEjQZAB00GQASNRkAHTUZABI2GQAdNhkAD68A////////////',
    '////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////+rH3gBAP94UHh4eHh4AAAAAA==',
  ].join(''),
  'base64',
);

function expectedText(): string {
  let text = '';
  for (let i = 0; i < 4000; i++) {
    text += `{"symbol":"SYM-${i % 7}","n":${i < 40 ? i * i : i % 7}}\n`;
  }
  return text + 'x'.repeat(400);
}

test('decompresses what the Java client compressed', () => {
  assert.equal(decompressLz4Frame(FRAME).toString('utf8'), expectedText());
});

test('reads a block that is stored as it is, with checksums and a content size', () => {
  const frame = Buffer.alloc(4 + 2 + 8 + 1 + 4 + 3 + 4 + 4);
  frame.writeUInt32LE(0x184d2204, 0);
  frame.writeUInt8(0b0111_1100, 4);
  frame.writeUInt32LE(0x80000003, 15);
  frame.write('abc', 19);
  assert.equal(decompressLz4Frame(frame).toString('utf8'), 'abc');
});

test('throws on every cut and never reads outside a frame', () => {
  for (let length = 0; length < FRAME.length; length++) {
    assert.throws(() => decompressLz4Frame(FRAME.subarray(0, length)), RangeError, `cut at ${length}`);
  }
});

test('ends on damaged bytes, with a result or with a RangeError', () => {
  for (let at = 0; at < FRAME.length; at++) {
    const damaged = Buffer.from(FRAME);
    damaged[at] = (damaged[at] as number) ^ 0xff;
    try {
      decompressLz4Frame(damaged);
    } catch (error) {
      assert.ok(error instanceof RangeError, `byte ${at}: ${String(error)}`);
    }
  }
});
