import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { jsonFile, rowsFile, textFile } from '../../src/run/files.ts'
import { fileDigest, sha256 } from '../../src/run/hash.ts'
import { describe } from '../describe.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('files of a result', (it) => {
  it('are equal for equal values, whatever the order of properties', () => {
    assert.is(text(jsonFile({ b: [1, -0], a: 'γ' })), '{"a":"γ","b":[1,0]}\n')
    assert.equal(jsonFile({ a: 1, b: 2 }), jsonFile({ b: 2, a: 1 }))
  })
  it('hold one row a line', () => {
    assert.is(text(rowsFile([{ b: 'x\ny', a: 1 }, null])), '{"a":1,"b":"x\\ny"}\nnull\n')
    assert.is(rowsFile([]).length, 0)
  })
  it('never hold NaN', () => {
    assert.throws(() => jsonFile({ loss: Number.NaN }), /loss is NaN/)
    assert.throws(() => rowsFile([{ a: 1 }, { a: Infinity }]), /a is Infinity/)
  })
  it('are UTF-8', () => assert.equal(textFile('é'), new Uint8Array([0xc3, 0xa9])))
})

describe('digests', (it) => {
  it('are SHA-256, of memory and of files alike, also beyond one piece', () => {
    assert.is(sha256(new Uint8Array()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    const folder = mkdtempSync(join(tmpdir(), 'dice-hash-'))
    const bytes = new Uint8Array(2 ** 24 + 5).fill(7)
    writeFileSync(join(folder, 'x'), bytes)
    assert.is(fileDigest(join(folder, 'x')), sha256(bytes))
    assert.is.not(sha256(bytes), sha256(bytes.subarray(1)))
    rmSync(folder, { recursive: true })
  })
})
