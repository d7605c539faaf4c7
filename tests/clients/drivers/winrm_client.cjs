// SPDX-License-Identifier: GPL-3.0-or-later
// What winrm-client of npm gets from a host. Reads the host and the operations as JSON, writes JSON.
'use strict';

const fs = require('node:fs');
const { runCommand, runPowershell } = require('winrm-client');

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
// It takes NTLM for a user with a domain, and Basic for one without.
const user = asked.authentication === 'ntlm' ? `.\\${asked.user}` : asked.user;
const https = asked.scheme === 'https';

function run(line) {
  return runCommand(line, asked.address, user, asked.password, asked.port, false, https, https);
}

const operations = {
  command: () => run('echo one two'),
  failing: () => run('no-such-program'),
  // How many values of those that a query of the registry prints.
  first_part: async () => (await run(asked.long)).split('    REG_SZ    ').length - 1,
  powershell: () =>
    runPowershell('Get-Date', asked.address, user, asked.password, asked.port, https, https),
};

async function outcome(operation) {
  try {
    const got = await operations[operation]();
    // It keeps exit codes to itself, and gives stderr where stdout is empty.
    const unknown = operation === 'powershell' && got.includes('is not recognized');
    return unknown ? { refused: 'not recognized', said: got } : { got };
  } catch (error) {
    // All that it tells of a refusal is the status, in its message.
    const status = /: (\d{3}) /.exec(error.message);
    if (!status) throw error;
    return { refused: `HTTP ${status[1]}`, said: error.message };
  }
}

async function main() {
  const outcomes = {};
  for (const operation of asked.operations) outcomes[operation] = await outcome(operation);
  process.stdout.write(JSON.stringify(outcomes));
}

main();
