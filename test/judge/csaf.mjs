// Judges CSAF 2.0 documents with csaf-validator-lib: the strict schema and all
// mandatory tests.
//
//   node csaf.mjs NODE_MODULES FILE...
//
// Prints one JSON object a document: {"file", "valid", "tests", "errors": [{"test", "at", "message"}]}.
// The exit code is 0 whenever every document was judged; the verdict stands in the output.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import process from 'node:process'

const [modules, ...files] = process.argv.slice(2)
const lib = (file) => import(pathToFileURL(join(modules, '@secvisogram/csaf-validator-lib', file)).href)

const validate = (await lib('validate.js')).default
const tests = [(await lib('schemaTests.js')).csaf_2_0_strict, ...Object.values(await lib('mandatoryTests.js'))]

for (const file of files) {
  const result = await validate(tests, JSON.parse(readFileSync(file, 'utf8')))
  const errors = result.tests.flatMap((t) =>
    t.errors.map((e) => ({ test: t.name, at: e.instancePath, message: e.message })),
  )
  console.log(JSON.stringify({ file, valid: result.isValid, tests: result.tests.length, errors }))
}
