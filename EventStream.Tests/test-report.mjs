// Reads what test runners write, for ../test.sh:
//   counts REPORT           prints "PASSED FAILED SKIPPED"
//   failures REPORT…        prints each test that failed, with its message and the beginning of its trace
//   from-vitest FROM TO     writes a report from the JSON of Vitest
//   secrets FILE…           names each line that holds a whole key, ticket or token, and fails if there is one
//   selected LIST           prints how many tests the runner of xunit would run, and a line with what they need
// A REPORT is a file in the Common Test Report Format, https://ctrf.io. LIST is what the runner prints for "-list full/json".
import { readFileSync, writeFileSync } from 'node:fs';

const MOST_OF_A_MESSAGE = 1500;
const MOST_OF_A_TRACE = 500;

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function counts(report) {
  const { passed, failed, skipped, pending = 0, other = 0 } = read(report).results.summary;
  console.log(passed, failed + other, skipped + pending);
}

function failures(...reports) {
  for (const test of reports.flatMap(testsOf)) {
    if (test.status !== 'failed') continue;
    console.log(`FAILED ${test.name}`);
    console.log(`  ${(test.message ?? '').slice(0, MOST_OF_A_MESSAGE)}`);
    console.log((test.trace ?? '').slice(0, MOST_OF_A_TRACE));
  }
}

// A suite that hung or crashed leaves no report, or half of one; the other reports are still read.
function testsOf(report) {
  try {
    return read(report).results.tests ?? [];
  } catch {
    return [];
  }
}

function fromVitest(from, to) {
  const run = read(from);
  const tests = run.testResults.flatMap((file) =>
    // A file that couldn't be loaded has no tests, only a message of its own.
    file.assertionResults.length === 0
      ? [{ name: file.name, status: file.status, message: file.message }]
      : file.assertionResults.map((test) => ({ name: test.fullName, status: test.status, message: test.failureMessages?.join('\n') })),
  );
  const summary = { passed: run.numPassedTests, failed: run.numFailedTests, skipped: run.numPendingTests + run.numTodoTests };
  writeFileSync(to, JSON.stringify({ results: { summary, tests } }));
}

function selected(list) {
  const tests = read(list);
  console.log(tests.length);
  console.log([...new Set(tests.flatMap((test) => test.Traits?.Needs ?? []))].join(' '));
}

// What nobody else may read, by what these texts begin with. Anything may stand before and after: an escape such as %3D or \n ends
// with a letter. Examples of the README are no secrets.
const SECRETS = [
  ['a key', /es_[a-z0-9-]{1,32}_[\w-]{43,}/g],
  ['a ticket', /CfDJ8[\w-]{60,}/g],
  ['a token', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/g],
];

function secrets(...files) {
  const documented = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  let found = 0;
  for (const file of files) {
    readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
      for (const [what, pattern] of SECRETS) {
        for (const [text] of line.matchAll(pattern)) {
          if (documented.includes(text)) continue;
          found++;
          // Not whole here either.
          console.log(`${file}:${index + 1} holds ${what}: ${text.slice(0, 12)}…`);
        }
      }
    });
  }
  if (found > 0) process.exitCode = 1;
}

const commands = { secrets, counts, failures, 'from-vitest': fromVitest, selected };
const [command, ...files] = process.argv.slice(2);
commands[command](...files);
