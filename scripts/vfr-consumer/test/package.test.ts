import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

// This file runs as dist/test/package.test.js.
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const SCHEMAS = fileURLToPath(new URL('../../../../schemas/src/main/resources/io/vfr/schemas', import.meta.url));

function node(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PACKAGE, encoding: 'utf8', timeout: 60_000 });
  return { status, output: stdout + stderr };
}

test(
  'generated files are what the JSON Schemas give',
  { skip: existsSync(SCHEMAS) ? false : 'the schemas are not beside this package' },
  () => {
    const { status, output } = node('tools/generate.mjs', '--check');
    assert.equal(status, 0, output);
  },
);

test('the command line says what it takes', () => {
  const { status, output } = node('dist/src/cli.js', '--help');
  assert.equal(status, 0);
  assert.match(output, /Usage: vfr-consumer/);
});

for (const [args, problem] of [
  [['--unknown'], /Unknown option '--unknown'/],
  [['--bootstrap', 'localhost'], /brokers must be a list of host:port, not \["localhost"\]/],
  [['--symbols', 'AAPL,,MSFT'], /--symbols must be a list separated by commas, not 'AAPL,,MSFT'/],
  [['--rewind', 'all'], /--rewind must be a whole number, not 'all'/],
  [['AAPL'], /Unexpected argument 'AAPL'/],
] as const) {
  test(`the command line refuses ${args.join(' ')}`, () => {
    const { status, output } = node('dist/src/cli.js', ...args);
    assert.equal(status, 2, output);
    assert.match(output, problem);
  });
}
