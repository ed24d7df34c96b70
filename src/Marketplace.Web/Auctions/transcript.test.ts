import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { verify } from './transcript';

const GOLDEN = '../../tests/Marketplace.Domain.Tests/Data/';

test('every record that was ever shipped is sound in the browser too, and with another price it is not', async () => {
  const files = readdirSync(GOLDEN).filter(name => name.startsWith('golden-') && name.endsWith('.ndjson'));
  assert.ok(files.length >= 10);
  for (const name of files) {
    const bytes = new Uint8Array(readFileSync(GOLDEN + name));
    const found = await verify(bytes, null);
    assert.ok(found.ok, `${name}: ${JSON.stringify(found)}`);
    const forged = new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/"startPriceFen":(\d)/, '"startPriceFen":9$1'));
    assert.equal((await verify(forged, null)).ok, false, name);
  }
});
