// Runs csaf-validator-lib for the comparison in doc/csaf.md.
//
//   npm install --prefix DIR @secvisogram/csaf-validator-lib@2.0.10
//   node validator-lib.mjs DIR verdicts full CORPUS   one line a document: tests that found something
//   node validator-lib.mjs DIR speed full CORPUS      documents a second and peak memory
//
// The tests that ask the network (6.3.6, 6.3.7) or start hunspell (6.3.8) are
// left out.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import process from 'node:process'

const [dir, mode, preset, corpus] = process.argv.slice(2)
const lib = (file) =>
  import(pathToFileURL(join(dir, 'node_modules/@secvisogram/csaf-validator-lib', file)).href)

const validate = (await lib('validate.js')).default
const without = ['informativeTest_6_3_6', 'informativeTest_6_3_7', 'informativeTest_6_3_8']
const tests =
  preset === 'schema'
    ? [(await lib('schemaTests.js')).csaf_2_0_strict]
    : Object.entries(await lib({ basic: 'basic.js', extended: 'extended.js', full: 'full.js' }[preset]))
        .filter(([name]) => !without.includes(name) && !(preset === 'full' && name === 'csaf_2_0'))
        .map(([, test]) => test)

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* walk(path)
    else if (name.endsWith('.json')) yield path
  }
}
const files = [...walk(corpus)]

// 'mandatoryTest_6_1_27_1' -> '6.1.27.1'
const id = (name) => {
  const m = /_(6_[0-9_]+)$/.exec(name)
  return m ? m[1].replaceAll('_', '.') : 'schema'
}

if (mode === 'verdicts') {
  for (const file of files) {
    const result = await validate(tests, JSON.parse(readFileSync(file, 'utf8')))
    const found = {}
    for (const t of result.tests) {
      const n = t.errors.length + t.warnings.length + t.infos.length
      if (n > 0) found[id(t.name)] = n
    }
    console.log(JSON.stringify({ file: relative(corpus, file), valid: result.isValid, found }))
  }
} else {
  const texts = files.map((f) => readFileSync(f))
  const rounds = Number(process.env.ROUNDS ?? 6)
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint()
    const cpu = process.cpuUsage()
    for (const text of texts) await validate(tests, JSON.parse(text.toString('utf8')))
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    const { user, system } = process.cpuUsage(cpu)
    const rss = process.resourceUsage().maxRSS / 1024
    console.log(
      `csaf-validator-lib ${preset}: ${(texts.length / seconds).toFixed(0)} docs/s, ` +
        `${(texts.length / (user + system) * 1e6).toFixed(0)} docs per CPU second, peak ${rss.toFixed(0)} MB`
    )
  }
}
